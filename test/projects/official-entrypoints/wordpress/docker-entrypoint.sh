#!/usr/bin/env bash
set -Eeuo pipefail

if [[ "$1" == apache2* ]] || [ "$1" = 'php-fpm' ]; then
	uid="$(id -u)"
	gid="$(id -g)"
	if [ "$uid" = '0' ]; then
		case "$1" in
			apache2*)
				user="${APACHE_RUN_USER:-www-data}"
				group="${APACHE_RUN_GROUP:-www-data}"
				pound='#'
				user="${user#$pound}"
				group="${group#$pound}"
				;;
			*) # php-fpm
				user='www-data'
				group='www-data'
				;;
		esac
	else
		user="$uid"
		group="$gid"
	fi

	if [ ! -e index.php ] && [ ! -e wp-includes/version.php ]; then
		# an empty volume belongs to root
		if [ "$uid" = '0' ] && [ "$(stat -c '%u:%g' .)" = '0:0' ]; then
			chown "$user:$group" .
		fi
		echo >&2 "$PWD is empty: the program is copied there"
		packing=(
			--create
			--file -
			--directory /usr/src/wordpress
			--owner "$user" --group "$group"
		)
		unpacking=(
			--extract
			--file -
		)
		if [ "$uid" != '0' ]; then
			unpacking+=( --no-overwrite-dir )
		fi
		for piece in \
			/usr/src/wordpress/.htaccess \
			/usr/src/wordpress/wp-content/*/*/ \
		; do
			piece="${piece%/}"
			[ -e "$piece" ] || continue
			piece="${piece#/usr/src/wordpress/}"
			if [ -e "$PWD/$piece" ]; then
				echo >&2 "$PWD/$piece is kept"
				packing+=( --exclude "./$piece" )
			fi
		done
		tar "${packing[@]}" . | tar "${unpacking[@]}"
		echo >&2 "copied"
	fi

	settings=( "${!WORDPRESS_@}" )
	if [ ! -s wp-config.php ] && [ "${#settings[@]}" -gt 0 ]; then
		for template in \
			wp-config-docker.php \
			/usr/src/wordpress/wp-config-docker.php \
		; do
			if [ -s "$template" ]; then
				echo >&2 "configured from $template"
				awk '
					/a secret/ {
						cmd = "head -c1m /dev/urandom | sha1sum | cut -d\\  -f1"
						cmd | getline str
						close(cmd)
						gsub("a secret", str)
					}
					{ print }
				' "$template" > wp-config.php
				if [ "$uid" = '0' ]; then
					chown "$user:$group" wp-config.php || true
				fi
				break
			fi
		done
	fi
fi

exec "$@"
