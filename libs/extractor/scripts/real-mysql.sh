#!/bin/sh
# Runs a real MySQL 9 without installing it: fetches the server and its libraries, its own C library among them, from Debian's unstable suite
# with an apt of its own, unpacks them into a folder, and starts the server from there.
#
#   scripts/real-mysql.sh [FOLDER]     # then: TEST_MYSQL_URL=mysql://admin:invented@127.0.0.1:33090/
#
# Stop it with Ctrl-C. Needs apt-get, curl and dpkg-deb, and 600 MB of disk.
set -eu
folder=${1:-"${TMPDIR:-/tmp}/tidemark-real-mysql"}
port=${PORT:-33090}
mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/debs" "$folder/root"
cd "$folder"
folder=$(pwd)

if [ ! -x root/usr/sbin/mysqld ]; then
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
  apt-get -c apt.conf install -y --print-uris mysql-server-core | sed -n "s/^'\([^']*\)'.*/\1/p" > uris
  while read -r uri; do
    file="debs/$(basename "$uri")"
    [ -s "$file" ] || curl -fsS -o "$file" "$uri"
    dpkg-deb -x "$file" root
  done < uris
fi

libraries="$folder/root/usr/lib/x86_64-linux-gnu"
server() {
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$folder/root/usr/lib/mysql/private" "$folder/root/usr/sbin/mysqld" \
    --no-defaults --datadir="$folder/data" --lc-messages-dir="$folder/root/usr/share/mysql" --plugin-dir="$folder/root/usr/lib/mysql/plugin" --secure-file-priv= \
    --socket="$folder/socket" --pid-file="$folder/pid" --port="$port" --bind-address=127.0.0.1 --mysqlx=OFF --max-allowed-packet=64M --skip-log-bin \
    --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=0 --user="$(id -un)" "$@"
}

if [ ! -d data ]; then
  echo "CREATE USER 'admin'@'%' IDENTIFIED BY 'invented'; GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION;" > init.sql
  server --initialize-insecure --init-file="$folder/init.sql"
fi
echo "TEST_MYSQL_URL=mysql://admin:invented@127.0.0.1:$port/"
server
