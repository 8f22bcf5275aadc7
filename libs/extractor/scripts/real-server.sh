#!/bin/sh
# Runs a MySQL 9 or a MariaDB 11 without installing it: fetches the server and its libraries, its own C library among them, from Debian's
# unstable suite with an apt of its own, unpacks them into a folder, and starts the server from there.
#
#   scripts/real-server.sh mysql|mariadb [FOLDER]     # prints the TEST_MYSQL_URL that names it
#
# Stop it with Ctrl-C. Needs apt-get, curl and dpkg-deb, and 600 MB of disk.
set -eu
kind=${1:?"mysql or mariadb"}
case $kind in
  mysql) program=mysqld port=${PORT:-33090} ;;
  mariadb) program=mariadbd port=${PORT:-33110} ;;
  *) echo "$kind is neither mysql nor mariadb" >&2; exit 2 ;;
esac
folder=${2:-"${TMPDIR:-/tmp}/tidemark-real-$kind"}
mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/debs" "$folder/root"
cd "$folder"
folder=$(pwd)

if [ ! -x "root/usr/sbin/$program" ]; then
  touch state/status
  echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian unstable main' > sources.list
  cat > apt.conf <<CONF
Dir::State "$folder/state";
Dir::State::status "$folder/state/status";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "";
CONF
  apt-get -c apt.conf update
  apt-get -c apt.conf install -y --print-uris "$kind-server-core" | sed -n "s/^'\([^']*\)'.*/\1/p" > uris
  while read -r uri; do
    file="debs/$(basename "$uri")"
    [ -s "$file" ] || curl -fsS -o "$file" "$uri"
    dpkg-deb -x "$file" root
  done < uris
fi

libraries="$folder/root/usr/lib/x86_64-linux-gnu"
server() {
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$folder/root/usr/lib/mysql/private" "$folder/root/usr/sbin/$program" \
    --no-defaults --datadir="$folder/data" --plugin-dir="$folder/root/usr/lib/mysql/plugin" --secure-file-priv= \
    --socket="$folder/socket" --pid-file="$folder/pid" --port="$port" --bind-address=127.0.0.1 --max-allowed-packet=64M --skip-log-bin \
    --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=0 --user="$(id -un)" "$@"
}
mysql() { server --lc-messages-dir="$folder/root/usr/share/mysql" --mysqlx=OFF "$@"; }
mariadb() {
  server --lc-messages-dir="$folder/root/usr/share/mariadb" --character-sets-dir="$folder/root/usr/share/mariadb/charsets" --character-set-server=utf8mb4 "$@"
}
system_tables() {
  printf '%s\n' 'CREATE DATABASE mysql;' 'USE mysql;'
  cd "$folder/root/usr/share/mariadb"
  cat mariadb_system_tables.sql mariadb_performance_tables.sql mariadb_system_tables_data.sql fill_help_tables.sql
}

if [ ! -d data ]; then
  printf '%s\n' "CREATE USER 'admin'@'%' IDENTIFIED BY 'invented';" "GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION;" > init.sql
  if [ "$kind" = mysql ]; then
    mysql --initialize-insecure --init-file="$folder/init.sql"
  else
    mkdir data
    { system_tables; echo 'FLUSH PRIVILEGES;'; cat "$folder/init.sql"; } | mariadb --bootstrap
  fi
fi
authority=
[ "$kind" = mariadb ] || authority="?ca=$folder/data/ca.pem"
echo "TEST_MYSQL_URL=mysql://admin:invented@127.0.0.1:$port/$authority"
"$kind"
