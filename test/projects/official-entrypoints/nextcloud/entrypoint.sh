#!/bin/sh
set -eu

# whether the first version is the greater one
version_greater() {
    [ "$(printf '%s\n' "$@" | sort -t '.' -n -k1,1 -k2,2 -k3,3 -k4,4 | head -n 1)" != "$1" ]
}

directory_empty() {
    [ -z "$(ls -A "$1/")" ]
}

run_as() {
    if [ "$(id -u)" = 0 ]; then
        su -p "$user" -s /bin/sh -c "$1"
    else
        sh -c "$1"
    fi
}

# all scripts of a folder, one after the other
run_path() {
    hook_folder_path="/docker-entrypoint-hooks.d/$1"
    return_code=0

    if ! [ -d "${hook_folder_path}" ] || directory_empty "${hook_folder_path}"; then
        echo "=> Skipping the folder \"${hook_folder_path}\", because it is empty"
        return 0
    fi

    (
        find "${hook_folder_path}" -maxdepth 1 -iname '*.sh' '(' -type f -o -type l ')' -print | sort | (
            while read -r script_file_path; do
                if ! [ -x "${script_file_path}" ]; then
                    echo "==> The script \"${script_file_path}\" was skipped"
                    continue
                fi
                run_as "${script_file_path}" || return_code="$?"
                if [ "${return_code}" -ne "0" ]; then
                    exit 1
                fi
            done
        )
    )
}

if expr "$1" : "apache" 1>/dev/null; then
    if [ -n "${APACHE_DISABLE_REWRITE_IP+x}" ]; then
        a2disconf remoteip
    fi
fi

if expr "$1" : "apache" 1>/dev/null || [ "$1" = "php-fpm" ] || [ "${NEXTCLOUD_UPDATE:-0}" -eq 1 ]; then
    uid="$(id -u)"
    gid="$(id -g)"
    if [ "$uid" = '0' ]; then
        case "$1" in
            apache2*)
                user="${APACHE_RUN_USER:-www-data}"
                group="${APACHE_RUN_GROUP:-www-data}"
                user="${user#'#'}"
                ;;
            *)
                user='www-data'
                group='www-data'
                ;;
        esac
    else
        user="$uid"
        group="$gid"
    fi

    # one instance at a time
    (
        if ! flock -n 9; then
            echo "Another process is initializing. Waiting..."
            flock 9
        fi

        installed_version="0.0.0.0"
        if [ -f /var/www/html/version.php ]; then
            installed_version="$(php -r 'require "/var/www/html/version.php"; echo implode(".", $OC_Version);')"
        fi
        image_version="$(php -r 'require "/usr/src/nextcloud/version.php"; echo implode(".", $OC_Version);')"

        if version_greater "$image_version" "$installed_version"; then
            if [ "$(id -u)" = 0 ]; then
                rsync_options="-rlDog --chown $user:$group"
            else
                rsync_options="-rlD"
            fi
            rsync $rsync_options --delete --exclude-from=/upgrade.exclude /usr/src/nextcloud/ /var/www/html/

            if [ "$installed_version" = "0.0.0.0" ]; then
                run_path pre-installation
                max_retries=10
                try=0
                until [ "$try" -gt "$max_retries" ] || run_as "php /var/www/html/occ maintenance:install"
                do
                    echo "Retrying install..."
                    try=$((try+1))
                    sleep 10s
                done
                run_path post-installation
            else
                run_path pre-upgrade
                run_as 'php /var/www/html/occ upgrade'
                run_path post-upgrade
            fi
        fi

        run_path before-starting
    ) 9> /var/www/html/nextcloud-init-sync.lock
fi

exec "$@"
