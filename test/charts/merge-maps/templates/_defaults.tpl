{{- define "merge-maps.defaults" -}}
image: shop/web:1
grace: 30
ports: [8080]
{{- end -}}
