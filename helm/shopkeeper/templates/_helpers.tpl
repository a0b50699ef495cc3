{{- define "shopkeeper.fullname" -}}
{{- default (printf "%s-operator" (default .Chart.Name .Values.nameOverride)) .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "shopkeeper.serviceAccountName" -}}
{{- default (include "shopkeeper.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "shopkeeper.tag" -}}
{{- default .Chart.AppVersion .Values.image.tag -}}
{{- end -}}

{{- define "shopkeeper.selector" -}}
app.kubernetes.io/name: shopkeeper-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "shopkeeper.labels" -}}
{{ include "shopkeeper.selector" . }}
app.kubernetes.io/version: {{ include "shopkeeper.tag" . | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
