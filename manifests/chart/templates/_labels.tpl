{{- define "podpecker.labels" -}}
app.kubernetes.io/name: podpecker
app.kubernetes.io/version: {{ .Chart.AppVersion }}
{{- end }}

{{- /* Where a certificate comes out of files, whoever puts it into the Secret. */ -}}
{{- define "podpecker.hasFiles" -}}
{{- if ne .Values.certificates.mode "self-managed" }}true{{ end }}
{{- end }}

{{- /* Podpecker writes the caBundle itself, and cert-manager's injector does; else it is given. */ -}}
{{- define "podpecker.clientConfig" -}}
service:
  name: podpecker
  namespace: {{ .namespace }}
  path: {{ .path }}
  port: 443
{{- with .caBundle }}
caBundle: {{ . }}
{{- end }}
{{- end }}

{{- /* Which Pods are reviewed: the same for the webhook that changes them and the one that judges them. */ -}}
{{- define "podpecker.whichPods" -}}
{{- $isByExclusion := eq .Values.namespaces.mode "exclusion" -}}
namespaceSelector:
  {{- if not $isByExclusion }}
  matchLabels:
    podpecker.dev/enabled: "true"
  {{- end }}
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{- concat (list .Release.Namespace "kube-system" "kube-node-lease") .Values.namespaces.exclude | uniq | toYaml | nindent 8 }}
    {{- if $isByExclusion }}
    - key: podpecker.dev/enabled
      operator: NotIn
      values: ["false"]
    {{- end }}
matchConditions:
  - name: not-a-mirror
    expression: >-
      !(has(request.userInfo.username) && request.userInfo.username.startsWith('system:node:')
      && has(object.spec) && has(object.spec.nodeName) && object.spec.nodeName != ''
      && has(object.metadata.annotations) && 'kubernetes.io/config.mirror' in object.metadata.annotations)
  {{- if $isByExclusion }}
  - name: namespace-of-an-organisation
    expression: has(request.namespace) && request.namespace.startsWith('{{ .Values.namespaces.prefix }}')
  {{- end }}
{{- end }}
