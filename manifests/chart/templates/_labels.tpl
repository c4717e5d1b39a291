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
