# shellcheck shell=bash
# Certificates and kubeconfigs. All keys are P-256: an RSA key would take longer than the API server's start.

# pki_ca DIR NAME
pki_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$PREFIX-$2" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign,digitalSignature" \
    -keyout "$1/$2.key" -out "$1/$2.crt" 2>/dev/null
}

# pki_cert DIR CA NAME SUBJECT USAGE [SUBJECT-ALT-NAMES]: USAGE is clientAuth, serverAuth or both, comma separated.
pki_cert() {
  local dir=$1 ca=$2 name=$3 subject=$4 usage=$5 names=${6:-}
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$subject" -keyout "$dir/$name.key" -out "$dir/$name.csr" 2>/dev/null
  openssl x509 -req -in "$dir/$name.csr" -CA "$dir/$ca.crt" -CAkey "$dir/$ca.key" -set_serial "0x$(openssl rand -hex 8)" -days 3650 \
    -extfile <(
      printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\n' "$usage"
      [[ -z $names ]] || printf 'subjectAltName=%s\n' "$names"
    ) -out "$dir/$name.crt" 2>/dev/null
  rm -f "$dir/$name.csr"
}

# pki_service_accounts DIR: the key that signs the tokens of service accounts.
pki_service_accounts() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$1/service-accounts.key" 2>/dev/null
  openssl ec -in "$1/service-accounts.key" -pubout -out "$1/service-accounts.pub" 2>/dev/null
}

# pki_kubeconfig DIR NAME SERVER FILE: everything is embedded, so that the file can be copied anywhere.
pki_kubeconfig() {
  local dir=$1 name=$2 server=$3 file=$4
  (
    umask 077
    cat >"$file" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: $PREFIX
  cluster:
    server: $server
    certificate-authority-data: $(base64 -w0 <"$dir/ca.crt")
users:
- name: $name
  user:
    client-certificate-data: $(base64 -w0 <"$dir/$name.crt")
    client-key-data: $(base64 -w0 <"$dir/$name.key")
contexts:
- name: $PREFIX
  context: {cluster: $PREFIX, user: $name}
current-context: $PREFIX
YAML
  )
}
