#!/bin/sh
# Starts a Docker daemon inside a container, supervises it, and stops it in an orderly way.
#
#   dind-init.sh dockerd [FLAG...]   runs the daemon in the foreground, with these flags
#   dind-init.sh [COMMAND...]        runs the daemon in the background, and then COMMAND or a shell
#   PORT=4444 dind-init.sh           runs the daemon in the foreground, with its API in plain text on that port
#
# LOG=FILE              sends the daemon's log to FILE (LOG=stdio: to standard output)
# DOCKER_DAEMON_ARGS    additional flags for dockerd, separated by blanks
# DIND_LEASE=stdin      stops the daemon as soon as standard input is closed
# DIND_HOLD             a socket at which one program at a time holds the daemon; see hold.c
# DIND_HOLD_SECONDS     stops the daemon after this many seconds in which no program holds it (default: 3600)
# DIND_STOP_TIMEOUT     seconds that inner containers have to end at an orderly stop (default: 8)
# DIND_LEASE_GRACE      seconds that inner containers have to end when the lease is lost (default: 1)
# DIND_SEED             a folder with image layers, to which an empty data root is linked; see seed-fill.sh
#
# TERM, INT and QUIT stop the daemon in an orderly way, USR1 restarts dockerd and containerd, HUP makes dockerd reload its configuration.
#
# This script runs as PID 1 in any POSIX shell. Besides the daemon, it needs only a busybox userland.
set -euf

readonly run_dir=/run/dind-init
readonly default_socket=/var/run/docker.sock
# No host has this link-local address: our own NAT rule changes the destination of each packet to it.
readonly resolver_address=169.254.53.53
readonly newline='
'

# The signal handlers set these variables, and the loops read them.
stop_reason=
restart_wanted=
containerd_ended=

containerd_pid=
dockerd_pid=
configuration_pid=
command_pid=
background=
own_flags=
other_backend_tried=

say() {
    printf 'dind-init: %s\n' "$*" >&2
}

# Prints the reason as the last line, so that the end of the log is enough to see it.
fail() {
    fail_code=$1
    shift
    for fail_pid in $dockerd_pid $containerd_pid; do
        kill -TERM "$fail_pid" 2>/dev/null || :
    done
    stop_giving_configuration
    printf 'dind-init: failed: %s\n' "$*" >&2
    exit "$fail_code"
}

# Sleeps for a short time, because this delays the first use of a socket that has appeared. Some userlands accept only whole seconds.
nap() {
    sleep 0.005 2>/dev/null || sleep 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# The PATH of an image may lack the folders that contain iptables and runc.
ensure_system_path() {
    PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
    case ":$PATH:" in
        *:/usr/sbin:*) ;;
        *) PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" ;;
    esac
    export PATH
}

# Removes settings from the environment before they can reach dockerd or the user's command:
# DOCKER_DRIVER overrides --storage-driver, and DOCKER_HOST and the TLS variables mislead the docker command.
ensure_clean_environment() {
    port=${PORT:-}
    log=${LOG:-}
    daemon_args=${DOCKER_DAEMON_ARGS:-}
    lease=${DIND_LEASE:-}
    hold=${DIND_HOLD:-}
    hold_seconds=${DIND_HOLD_SECONDS:-3600}
    stop_timeout=${DIND_STOP_TIMEOUT:-8}
    lease_grace=${DIND_LEASE_GRACE:-1}
    seed=${DIND_SEED:-}
    iptables_legacy=${DOCKER_IPTABLES_LEGACY-unset}
    unset PORT LOG DOCKER_DAEMON_ARGS DOCKER_IPTABLES_LEGACY
    unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_TLS DOCKER_CERT_PATH DOCKER_TLS_CERTDIR DOCKER_DRIVER DOCKER_CONTEXT
    exported=$(export -p)
    old_ifs=$IFS
    IFS=$newline
    for variable in $exported; do
        IFS=$old_ifs
        case $variable in
            'export DIND_'* | 'declare -x DIND_'*)
                variable=${variable%%=*}
                unset "${variable##* }"
                ;;
        esac
    done
    IFS=$old_ifs
    # dockerd and containerd read this variable to find out that they are nested, and set up AppArmor accordingly.
    export container=docker
}

# Proxies come in a file, because everybody who may inspect the container sees its variables, and an address may contain a password.
ensure_proxies_are_known() {
    [ -r /nested-docker/proxies ] || return 0
    while IFS= read -r proxy; do
        export "${proxy?}"
    done </nested-docker/proxies
}

is_port() {
    case $1 in
        *[!0-9]* | ??????*) return 1 ;;
    esac
    [ "$1" -ge 1 ] && [ "$1" -le 65535 ]
}

is_seconds() {
    case $1 in
        '' | . | *[!0-9.]* | *.*.*) return 1 ;;
    esac
}

ensure_settings_make_sense() {
    [ -z "$port" ] || is_port "$port" || fail 64 "PORT is \"$port\" but must be a number from 1 to 65535"
    case $lease in
        '' | stdin) ;;
        *) fail 64 "DIND_LEASE is \"$lease\" but only \"stdin\" is known" ;;
    esac
    is_seconds "$stop_timeout" || fail 64 "DIND_STOP_TIMEOUT is \"$stop_timeout\" but must be a number of seconds"
    is_seconds "$lease_grace" || fail 64 "DIND_LEASE_GRACE is \"$lease_grace\" but must be a number of seconds"
}

# Reads from dockerd's flags and configuration the settings that this script depends on.
read_daemon_flags() {
    data_root=
    storage_driver=
    config_file=/etc/docker/daemon.json
    exec_root=/var/run/docker
    given_flags=' '
    given_hosts=' '
    flag=
    for argument in "$@" $daemon_args; do
        if [ -n "$flag" ]; then
            value=$argument
        else
            case $argument in
                --*=*)
                    flag=${argument%%=*}
                    value=${argument#*=}
                    ;;
                -[Hgsp]?*)
                    value=${argument#-?}
                    flag=${argument%"$value"}
                    value=${value#=}
                    ;;
                --host | -H | --data-root | --graph | -g | --storage-driver | -s | --config-file | --exec-root | \
                    --mtu | --dns | --containerd | --shutdown-timeout | --default-runtime | --add-runtime)
                    flag=$argument
                    continue
                    ;;
                *)
                    given_flags="$given_flags$argument "
                    continue
                    ;;
            esac
        fi
        case $flag in
            -H | --host) given_hosts="$given_hosts$value " ;;
            -g | --graph | --data-root) data_root=$value ;;
            -s | --storage-driver) storage_driver=$value ;;
            --config-file) config_file=$value ;;
            --exec-root) exec_root=$value ;;
            --iptables | --bridge) given_flags="$given_flags$flag=$value " ;;
        esac
        given_flags="$given_flags$flag "
        flag=
    done
    config=
    if [ -r "$config_file" ]; then
        config=$(cat "$config_file")
    fi
    if is_configured data-root; then
        data_root=$(configured_value data-root)
    fi
    if is_configured storage-driver; then
        storage_driver=$(configured_value storage-driver)
    fi
    data_root=${data_root:-/var/lib/docker}
    containerd_socket=$exec_root/containerd/containerd.sock
}

# dockerd refuses a setting that is both a flag and in its configuration file, so this script adds a flag only if the setting is in neither.
is_given() {
    case $given_flags in
        *" --$1 "*) return 0 ;;
    esac
    is_configured "${2:-$1}"
}

is_configured() {
    case $config in
        *"\"$1\""*) return 0 ;;
    esac
    return 1
}

configured_value() {
    printf '%s\n' "$config" | sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p"
}

ensure_programs_exist() {
    have dockerd || fail 65 "this image has no dockerd on its PATH ($PATH); use an image that brings a Docker daemon"
    is_given containerd || have containerd ||
        fail 66 "this image has no containerd on its PATH ($PATH), and no --containerd was given"
    have runc || is_given default-runtime || is_given add-runtime runtimes || is_given containerd ||
        fail 67 "this image has no runc on its PATH ($PATH), so no container could start inside"
    case $given_flags in
        *' --iptables=false '*) ;;
        *) have iptables || say "this image has no iptables, so dockerd will probably refuse to set up its networks" ;;
    esac
}

# Reads one line of /proc/self/mountinfo; see proc_pid_mountinfo(5).
split_mount_line() {
    mount_rest=${1#* * * * }
    mount_point=${mount_rest%% *}
    mount_rest=${mount_rest#* }
    mount_options=${mount_rest%% *}
    mount_rest=${1##* - }
    mount_type=${mount_rest%% *}
}

# overlay on overlay does not work; dockerd would silently use vfs instead, which copies every layer in full.
ensure_data_root_is_no_overlay() {
    case $storage_driver in
        vfs | fuse-overlayfs | native) return 0 ;;
    esac
    data_mount=
    data_type=
    old_ifs=$IFS
    IFS=$newline
    for mount_line in $mounts; do
        IFS=$old_ifs
        split_mount_line "$mount_line"
        case $data_root/ in
            "${mount_point%/}"/*)
                if [ "${#mount_point}" -ge "${#data_mount}" ]; then
                    data_mount=$mount_point
                    data_type=$mount_type
                fi
                ;;
        esac
    done
    IFS=$old_ifs
    case $data_type in
        overlay | aufs | fuse.fuse-overlayfs)
            fail 69 "the data root $data_root is on $data_type, where dockerd would fall back to the slow vfs driver;" \
                "mount a volume or a tmpfs at $data_root, or ask for --storage-driver=vfs"
            ;;
    esac
}

# The layers of images are in the seed, which is read-only. One cp puts small files, and links to the layers, into an empty data root.
begin_linking_to_seed() {
    linker_pid=
    [ -n "$seed" ] || return 0
    [ -e "$seed/complete" ] || fail 74 "the seed $seed is not complete, because the program that was filling it has stopped"
    seed_mark=$data_root/nested-docker-seed
    linked=
    if [ -e "$seed_mark" ]; then
        read -r linked <"$seed_mark" || :
        [ "$linked" != "$seed" ] || return 0
    fi
    mkdir -p "$data_root"
    entries=$(ls -A "$data_root")
    if [ "$linked" = unfinished ]; then
        # An earlier run of this container was killed while it linked the data root.
        set +f
        rm -rf "${data_root:?}"/* "$data_root"/.[!.]*
        set -f
    elif [ -n "$entries" ]; then
        say "the data root is not empty, so it is not linked to the seed"
        return 0
    fi
    printf 'unfinished\n' >"$seed_mark"
    mkdir -p "$run_dir"
    link_to_seed 4>&- &
    linker_pid=$!
    # containerd reads its own image store as soon as it starts, but not the image store of dockerd.
    [ ! -d "$seed/skeleton/containerd" ] || ensure_seed_is_linked
}

link_to_seed() {
    if cp -a "$seed/skeleton/." "$data_root/" 2>"$run_dir/seed-error"; then
        printf '%s\n' "$seed" >"$seed_mark"
    else
        exit 1
    fi
}

ensure_seed_is_linked() {
    [ -n "$linker_pid" ] || return 0
    await_end "$linker_pid"
    linker_pid=
    [ "$status" != 0 ] || return 0
    seed_error=
    read -r seed_error <"$run_dir/seed-error" || :
    fail 75 "the data root $data_root could not be linked to the seed $seed: $seed_error"
}

must_mount() {
    mount_error=$(mount "$@" 2>&1) ||
        fail 73 "mount $* was refused: ${mount_error%%"$newline"*}; this container lacks privilege;" \
            "start it with --privileged or with the capabilities, security options and labels of least privilege"
}

# Mounts with shared propagation in inner containers need a shared parent mount, which systemd provides on other systems.
ensure_root_is_shared() {
    must_mount --make-rshared /
}

# runc looks for AppArmor here. Some outer engines forbid the mount; then there is no AppArmor for inner containers.
ensure_security_file_system() {
    case $mounts in
        *' /sys/kernel/security '*) return 0 ;;
    esac
    if [ -d /sys/kernel/security ]; then
        mount -t securityfs none /sys/kernel/security 2>/dev/null || :
    fi
}

# Without --privileged the outer engine mounts /sys, /proc/sys and the cgroups read-only, but dockerd writes to all of them.
# With "bind" the change applies to this mount only. Without it, the change would apply to the file system, which others share.
ensure_kernel_settings_writable() {
    old_ifs=$IFS
    IFS=$newline
    for mount_line in $mounts; do
        IFS=$old_ifs
        split_mount_line "$mount_line"
        case $mount_type$mount_point,$mount_options, in
            sysfs/sys,ro,* | proc/proc/sys,ro,* | tmpfs/sys/fs/cgroup,ro,* | cgroup/sys/fs/cgroup/*,ro,* | \
                cgroup2/sys/fs/cgroup*,ro,*)
                must_mount -o "remount,bind,rw,${mount_options#ro,}" "$mount_point"
                ;;
        esac
    done
    IFS=$old_ifs
}

is_cgroup_v2() {
    case $mounts in
        *' /sys/fs/cgroup '*' - cgroup2 '*) [ -e /sys/fs/cgroup/cgroup.controllers ] ;;
        *) return 1 ;;
    esac
}

# On cgroup v1 an outer engine may leave out hierarchies, but runc inside needs each one that the kernel lists for this process.
ensure_cgroup_v1_hierarchies() {
    case $mounts in
        *' /sys/fs/cgroup '*) ;;
        *)
            mkdir -p /sys/fs/cgroup 2>/dev/null || :
            must_mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
            ;;
    esac
    while IFS=: read -r hierarchy controllers _; do
        if [ "$hierarchy" = 0 ] || [ -z "$controllers" ]; then
            continue
        fi
        directory=/sys/fs/cgroup/${controllers#name=}
        case $mounts in
            *" $directory "* | *" - cgroup "*"$controllers"*) continue ;;
        esac
        mkdir -p "$directory"
        mount -t cgroup -o "$controllers" cgroup "$directory" ||
            say "cgroup hierarchy $controllers could not be mounted; inner containers go without it"
        case $controllers in
            cpu,cpuacct | cpuacct,cpu | net_cls,net_prio | net_prio,net_cls)
                ln -sf "$controllers" "/sys/fs/cgroup/${controllers%,*}"
                ln -sf "$controllers" "/sys/fs/cgroup/${controllers#*,}"
                ;;
        esac
    done </proc/self/cgroup
}

# On cgroup v2 a group that has processes can't delegate controllers to its children,
# so all processes move to a leaf group before the controllers are enabled.
# A "docker exec" may add a process to the group in between, so one loop repeats both steps.
ensure_cgroup_v2_delegation() {
    cgroup_path=
    while IFS=: read -r hierarchy _ path; do
        [ "$hierarchy" != 0 ] || cgroup_path=$path
    done </proc/self/cgroup
    cgroup_root=/sys/fs/cgroup
    if [ "${cgroup_path:-/}" != / ]; then
        # The cgroup namespace is that of the outer engine, so this uses only the group that belongs to this container.
        say "this container shares its outer engine's cgroup namespace; --cgroupns=private is better"
        cgroup_root=$cgroup_root$cgroup_path
        cgroup_parent=$cgroup_path/docker
    fi
    [ -d "$cgroup_root/init" ] || mkdir "$cgroup_root/init" ||
        fail 68 "no group could be made in $cgroup_root; the outer engine must leave the cgroups of this container writable"
    attempt=0
    until delegate_controllers; do
        attempt=$((attempt + 1))
        [ "$attempt" -lt 100 ] ||
            fail 68 "the cgroup controllers \"$controllers_left\" could not be handed to inner containers in 100 attempts"
        nap
    done
}

delegate_controllers() {
    while read -r process; do
        # Errors are ignored, because processes end while this runs, and kernel threads can't be moved.
        { printf '%s\n' "$process" >"$cgroup_root/init/cgroup.procs"; } 2>/dev/null || :
    done <"$cgroup_root/cgroup.procs"
    controllers_left=
    read -r controllers <"$cgroup_root/cgroup.controllers" || controllers=
    for controller in $controllers; do
        { printf '+%s\n' "$controller" >"$cgroup_root/cgroup.subtree_control"; } 2>/dev/null ||
            controllers_left="$controllers_left$controller "
    done
    [ -z "$controllers_left" ]
}

# Inner containers inherit the limit. Without a bound, old programs are very slow, because they close every descriptor that they could have.
ensure_descriptor_limit_is_bounded() {
    ! is_given default-ulimit default-ulimits || return 0
    while read -r word words files _ descriptor_limit _; do
        if [ "$word $words $files" = 'Max open files' ]; then
            if [ "$descriptor_limit" = unlimited ] || [ "$descriptor_limit" -gt 1048576 ]; then
                own_flags="$own_flags --default-ulimit=nofile=1048576:1048576"
            fi
            return 0
        fi
    done </proc/self/limits
}

# After a crash or a restart of this container, these files name processes that are gone or, worse, other processes.
ensure_no_stale_files() {
    mkdir -p /run /var/run "$run_dir" "${containerd_socket%/*}"
    rm -rf /var/run/docker.pid /run/docker.pid /var/run/docker/containerd/containerd.pid /run/containerd/containerd.pid \
        "$default_socket" "$containerd_socket" "$containerd_socket.ttrpc" \
        "$run_dir/containerd.status" "$run_dir/output" "$run_dir/listening" "$run_dir/answered" "$run_dir/daemon.json"
}

# Puts the iptables of a backend first on the PATH, because dockerd calls the first "iptables" there.
prefer_iptables() {
    official=/usr/local/sbin/.iptables-legacy
    if [ "$1" = legacy ] && [ -d "$official" ]; then
        PATH=$official:$PATH
        return 0
    fi
    have "iptables-$1" || return 1
    mkdir -p "$run_dir/iptables"
    for family in iptables ip6tables; do
        for variant in '' -save -restore; do
            program=$(command -v "$family-$1$variant") || continue
            ln -sf "$program" "$run_dir/iptables/$family$variant"
        done
    done
    PATH=$run_dir/iptables:${PATH#"$run_dir/iptables:"}
}

# Rules of one backend are invisible to the other, so this chooses the backend that the network namespace already uses.
# Listing the rules of the legacy backend would load its kernel modules and so put it in use; reading /proc does not.
choose_iptables_backend() {
    case $iptables_legacy in
        unset)
            for tables in /proc/net/ip_tables_names /proc/net/ip6_tables_names; do
                table=
                if [ -r "$tables" ]; then
                    read -r table <"$tables" || :
                fi
                if [ -n "$table" ]; then
                    prefer_iptables legacy || :
                    return 0
                fi
            done
            ;;
        '' | 0 | false) prefer_iptables nft || : ;;
        *)
            prefer_iptables legacy ||
                say "DOCKER_IPTABLES_LEGACY is set but this image has no iptables-legacy"
            ;;
    esac
}

# dockerd adds its first rules with some 140 processes, which take a third of its start. If our helper is beside this script, it adds the
# same rules with a few processes. It requires that no daemon has used this network before, and that dockerd logs when its API listens.
ensure_rules_come_in_few_steps() {
    firewall=${0%/*}/firewall
    firewall_path=
    [ -x "$firewall/iptables" ] || return 0
    if is_new_network && [ ! -e "$data_root/containers" ] && ! is_given bridge && ! is_given log-level && is_helper_of_use; then
        : >"$firewall/iptables.journal"
        : >"$firewall/ip6tables.journal"
        firewall_path=$firewall:
    else
        forget_rules
    fi
}

is_new_network() {
    set +f
    for interface in /sys/class/net/*; do
        case ${interface##*/} in
            docker* | br-*)
                set -f
                return 1
                ;;
        esac
    done
    set -f
}

# Returns whether the helper can be used: not with the short forms of --bridge and --log-level, nor with flags that leave no rules to add.
is_helper_of_use() {
    case $given_flags in
        *' -b'* | *' -l'* | *' --iptables=false '*) return 1 ;;
    esac
    ! is_given firewall-backend || return 1
    have iptables-restore && have ip6tables-restore
}

# Removes the journals of an earlier run of this container or of dockerd, which do not apply to this run.
forget_rules() {
    firewall_path=
    rm -f "$firewall/iptables.journal" "$firewall/ip6tables.journal"
}

# Adds the remaining rules, because clients may start containers as soon as the API answers.
ensure_rules_are_complete() {
    [ -n "$firewall_path" ] || return 0
    for family in iptables ip6tables; do
        PATH=$firewall_path$PATH "$firewall/$family" commit ||
            say "dockerd's rules could not be added with $family, so the networks of inner containers may not work"
    done
}

detached_with_helper() {
    PATH=$firewall_path$PATH
    detached "$@"
}

# Finds the MTU of the default route. If the inner networks have a larger one, packets that are too long are lost without an error.
find_network_mtu() {
    mtu=
    while read -r interface destination _; do
        if [ "$destination" = 00000000 ] && [ -r "/sys/class/net/$interface/mtu" ]; then
            read -r mtu <"/sys/class/net/$interface/mtu"
            break
        fi
    done </proc/net/route
    if [ "$mtu" = 1500 ]; then
        mtu=
    fi
}

# In a user-defined outer network the resolver is 127.0.0.11, which inner containers can't reach.
# The outer engine's NAT rules show the resolver's real port, so additional rules lead to it from an address that can be routed.
find_resolver() {
    resolver=
    while read -r word address _; do
        if [ "$word" = nameserver ]; then
            [ "$address" = 127.0.0.11 ] || return 0
            resolver=$resolver_address
        fi
    done </etc/resolv.conf
    [ -n "$resolver" ] || return 0
    for backend in '' -nft -legacy; do
        if [ "$backend" = -legacy ] && ! [ -s /proc/net/ip_tables_names ]; then
            # iptables-legacy-save would load the kernel modules of this backend, which has no rules.
            continue
        fi
        have "iptables$backend-save" || continue
        rules=$("iptables$backend-save" -t nat 2>/dev/null | resolver_rules)
        if [ -n "$rules" ] &&
            printf '*nat\n%s\nCOMMIT\n' "$rules" | "iptables$backend-restore" --noflush &&
            printf '1\n' >/proc/sys/net/ipv4/conf/all/route_localnet; then
            ensure_short_names_are_asked_for
            return 0
        fi
    done
    resolver=
    say "the resolver 127.0.0.11 can't be reached from inner containers; give dockerd a --dns that they can reach"
}

# The outer engine writes "ndots:0" to /etc/resolv.conf, and dockerd then does not pass on queries for names without a dot.
# The file is a bind mount, so this changes its content and does not replace it.
ensure_short_names_are_asked_for() {
    resolver_settings=$(sed '/^options ndots:0$/d' /etc/resolv.conf)
    { printf '%s\n' "$resolver_settings" >/etc/resolv.conf; } 2>/dev/null || :
}

resolver_rules() {
    sed -n "s/^-A DOCKER_OUTPUT -d 127\.0\.0\.11\(\/32\)\{0,1\} \(-p .* -j DNAT .*\)\$/\2/p" |
        while read -r rule; do
            printf '%s\n' "-A PREROUTING -d $resolver_address $rule" "-A OUTPUT -d $resolver_address $rule"
        done
}

# If dockerd starts its own containerd, it loses a second to a connection back-off, so this script starts containerd first.
# The files of containerd are where dockerd would put them, on the volume of the data root.
start_containerd() {
    # The plugins that dockerd never uses are disabled, because they cost time, memory, and a search for kernel modules.
    printf '%s\n' >"$run_dir/containerd.toml" \
        'version = 2' \
        "root = \"$data_root/containerd/daemon\"" \
        "state = \"$exec_root/containerd/daemon\"" \
        'disabled_plugins = [' \
        '  "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime",' \
        '  "io.containerd.podsandbox.controller.v1.podsandbox", "io.containerd.nri.v1.nri",' \
        '  "io.containerd.internal.v1.opt", "io.containerd.internal.v1.restart",' \
        '  "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp",' \
        '  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.blockfile",' \
        '  "io.containerd.snapshotter.v1.devmapper",' \
        ']' \
        '[grpc]' \
        "  address = \"$containerd_socket\"" \
        '[debug]' \
        '  level = "error"'
    containerd_ended=
    watch_containerd </dev/null >&4 2>&1 4>&- &
    containerd_pid=$!
}

# If containerd ends, dockerd continues to run without ever answering, so this process waits for the end of containerd.
watch_containerd() {
    detached containerd --config "$run_dir/containerd.toml" &
    child=$!
    printf '%s\n' "$child" >"$run_dir/containerd.pid"
    trap 'kill -TERM "$child" 2>/dev/null || :' TERM
    status=0
    await_end "$child"
    printf '%s\n' "$status" >"$run_dir/containerd.status"
    kill -USR2 "$$"
}

# Runs a daemon in a session of its own if it shares its terminal with the user's command, so that keys for the command don't reach it.
detached() {
    if [ -n "$background" ] && have setsid; then
        exec setsid "$@"
    fi
    exec "$@"
}

# Waits until a child has ended, whatever signals arrive, and stores the exit status of the child in $status.
await_end() {
    while :; do
        status=0
        wait "$1" 2>/dev/null || status=$?
        kill -0 "$1" 2>/dev/null || return 0
    done
}

# The file of a socket exists a moment before the socket accepts connections. If dockerd is refused in that moment, its first requests for
# images fail, because its client waits a second before it connects again.
containerd_listens() {
    [ -S "$containerd_socket" ] || return 1
    [ -r /proc/net/unix ] || return 0
    while read -r _ _ _ flags _ _ _ path; do
        [ "$flags $path" != "00010000 $containerd_socket" ] || return 0
    done </proc/net/unix
    return 1
}

await_containerd() {
    if is_given containerd; then
        return 0
    fi
    attempt=0
    seen=0
    # The kernel's list may give the socket another name, so it is enough that the file has been there for half a second.
    until containerd_listens || [ "$seen" -ge 100 ]; do
        leave_if_told
        [ ! -S "$containerd_socket" ] || seen=$((seen + 1))
        if [ -n "$containerd_ended" ]; then
            read -r status <"$run_dir/containerd.status"
            containerd_pid=
            fail 70 "containerd $(ending "$status") before its socket was there"
        fi
        attempt=$((attempt + 1))
        [ "$attempt" -lt 3000 ] || fail 70 "containerd did not listen on its socket $containerd_socket in 30 seconds"
        nap
    done
}

# Passes on dockerd's output, and keeps the line that gives the reason if the start fails.
# A shell reads byte by byte, so cat takes over as soon as the API is there.
pass_output_on() {
    error=
    last=
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s\n' "$line"
        case $line in
            *'API listen on'*)
                : >"$run_dir/listening"
                ensure_rules_are_complete
                : >"$run_dir/answered"
                exec cat
                ;;
            *level=fatal* | *level=error* | failed* | unable* | unknown* | invalid* | panic* | fatal* | Status*) error=$line ;;
            *[!\ ]*) last=$line ;;
        esac
    done
    printf '%s\n' "${error:-$last}" >"$run_dir/last-words"
}

start_dockerd() {
    for argument in $own_flags $daemon_args; do
        set -- "$@" "$argument"
    done
    # The pipe already exists if this is a second attempt.
    [ -p "$run_dir/output" ] || mkfifo "$run_dir/output"
    : >"$run_dir/last-words"
    pass_output_on <"$run_dir/output" >&4 4>&- &
    detached_with_helper dockerd "$@" </dev/null >"$run_dir/output" 2>&1 4>&- &
    dockerd_pid=$!
}

# dockerd reads its configuration before it connects to containerd. A pipe in place of the file makes dockerd wait there, so that both start
# at the same time.
start_dockerd_beside_containerd() {
    if [ -e "$config_file" ] || is_given config-file; then
        await_containerd
        ensure_seed_is_linked
        start_dockerd "$@"
        return 0
    fi
    mkfifo "$run_dir/daemon.json"
    start_dockerd "--config-file=$run_dir/daemon.json" "$@"
    await_containerd
    ensure_seed_is_linked
    give_configuration 4>&- &
    configuration_pid=$!
}

# The first line waits until dockerd reads from the pipe. After that, a link leads to the file that dockerd reads when it is told to reload.
give_configuration() {
    { cat "$config_file" 2>/dev/null || printf '{}\n'; } >"$run_dir/daemon.json"
    ln -sf "$config_file" "$run_dir/daemon.json.new"
    mv "$run_dir/daemon.json.new" "$run_dir/daemon.json"
}

# If dockerd has ended before it read the pipe, give_configuration would wait forever.
stop_giving_configuration() {
    [ -z "$configuration_pid" ] || [ ! -p "$run_dir/daemon.json" ] || kill "$configuration_pid" 2>/dev/null || :
    configuration_pid=
}

# Waits until it is known whether dockerd was up. If it was not, stores its last error in $last_words.
read_last_words() {
    last_words=
    attempt=0
    until [ -s "$run_dir/last-words" ] || [ -e "$run_dir/listening" ] || [ "$attempt" -ge 50 ]; do
        attempt=$((attempt + 1))
        nap
    done
    { read -r last_words <"$run_dir/last-words"; } 2>/dev/null || :
}

# The kernel counts the processes that it kills when memory runs out. dockerd is in the container's own cgroup, or in "init" below it.
was_out_of_memory() {
    for events in /sys/fs/cgroup/memory/memory.oom_control "${cgroup_root:-/sys/fs/cgroup}/init/memory.events"; do
        [ -r "$events" ] || continue
        while read -r event count; do
            if [ "$event" = oom_kill ] && [ "$count" != 0 ]; then
                return 0
            fi
        done <"$events"
    done
    return 1
}

ending() {
    if [ "$1" = 137 ] && was_out_of_memory; then
        printf 'was ended by signal 9 (out of memory)'
    elif [ "$1" -gt 128 ]; then
        printf 'was ended by signal %s' "$(($1 - 128))"
    else
        printf 'ended with status %s' "$1"
    fi
}

quoted_last_words() {
    [ -z "$last_words" ] || printf ': "%s"' "$last_words"
}

# Passes on only the first signal, because at the third one dockerd exits at once and stops nothing.
on_stop() {
    [ -z "$stop_reason" ] || return 0
    stop_reason=$1
    stop_dockerd
    if [ -n "$command_pid" ]; then
        kill -TERM "$command_pid" 2>/dev/null || :
    fi
}

stop_dockerd() {
    if [ -n "$dockerd_pid" ] && [ -z "$command_pid" ]; then
        kill -TERM "$dockerd_pid" 2>/dev/null || :
    fi
}

on_restart() {
    restart_wanted=yes
    stop_dockerd
}

# Kills dockerd, because without containerd it could not even stop in an orderly way.
on_containerd_end() {
    containerd_ended=yes
    if [ -n "$dockerd_pid" ]; then
        [ -z "$background" ] || say "containerd ended, and dockerd with it"
        kill -KILL "$dockerd_pid" 2>/dev/null || :
    fi
}

# While the pipe is there, dockerd has yet to read its configuration, and the signal would end it.
on_reload() {
    if [ -z "$dockerd_pid" ] || [ -p "$run_dir/daemon.json" ]; then
        return 0
    fi
    renew_configuration || :
    kill -HUP "$dockerd_pid" 2>/dev/null || :
}

# dockerd treats a missing file as an error, because it was started with the name of its configuration file.
renew_configuration() {
    if [ -e "$config_file" ]; then
        [ ! -f "$run_dir/daemon.json" ] || ln -sf "$config_file" "$run_dir/daemon.json"
    elif [ -L "$run_dir/daemon.json" ]; then
        rm "$run_dir/daemon.json"
        printf '{}\n' >"$run_dir/daemon.json"
    fi
}

# PID 1 loses a signal that arrives before its handler is set, so this runs first.
ensure_signals_are_heard() {
    trap 'on_stop term' TERM INT QUIT
    trap 'on_stop lease' ALRM
    trap on_restart USR1
    trap on_containerd_end USR2
    trap on_reload HUP
}

# The program that started this container holds the other end of standard input. In whatever way that program ends, the kernel closes it.
watch_lease() {
    while read -r _; do
        :
    done
    kill -ALRM "$$"
}

leave_if_told() {
    if [ -n "$stop_reason" ]; then
        finish 0
    fi
}

# escalate SECONDS kills the inner containers that have not ended by then. dockerd would otherwise wait for their own stop timeout, which is
# ten seconds or more. Then dockerd can write its state and end. If dockerd or containerd still runs some seconds later, it is killed too.
escalate() {
    sleep "$1"
    kill_inner_containers
    sleep 2
    kill -KILL "$dockerd_pid" 2>/dev/null || :
    sleep 2
    read -r containerd_process <"$run_dir/containerd.pid" || return 0
    kill -KILL "$containerd_process"
}

# Kills the first process of each inner container, which is a child of a shim. The kernel then kills the rest of the container.
kill_inner_containers() {
    # If this container has no PID namespace of its own, a shim could belong to another engine.
    read -r first_process </proc/1/comm
    [ "$$" = 1 ] || [ "$first_process" = docker-init ] || [ "$first_process" = tini ] || return 0
    set +f
    for state in /sys/fs/cgroup/freezer/*/*/freezer.state; do
        # On cgroup v1 a frozen process does not end before it is thawed.
        { printf 'THAWED\n' >"$state"; } 2>/dev/null || :
    done
    shims=' '
    for process in /proc/[0-9]*; do
        if read -r name <"$process/comm" && [ "$name" = containerd-shim ]; then
            shims="$shims${process#/proc/} "
        fi
    done 2>/dev/null
    for process in /proc/[0-9]*; do
        if read -r process_line <"$process/stat"; then
            parent=${process_line##*) ? }
            case $shims in
                *" ${parent%% *} "*) kill -KILL "${process#/proc/}" || : ;;
            esac
        fi
    done 2>/dev/null
    set -f
}

# dockerd stops the inner containers and writes its state; after that containerd can end.
end_daemons() {
    stop_giving_configuration
    if [ -n "$dockerd_pid" ]; then
        await_program_start
        kill -TERM "$dockerd_pid" 2>/dev/null || :
        escalate "$1" 2>/dev/null &
        escalation_pid=$!
        await_end "$dockerd_pid"
        dockerd_pid=
    fi
    if [ -n "$containerd_pid" ]; then
        kill -TERM "$containerd_pid" 2>/dev/null || :
        await_end "$containerd_pid"
        containerd_pid=
    fi
    kill "${escalation_pid:-}" 2>/dev/null || :
}

# Between fork and exec, a signal to dockerd would reach a copy of this shell and be lost, so this waits for the exec.
await_program_start() {
    attempt=0
    program=
    while [ "$attempt" -lt 50 ] && read -r program <"/proc/$dockerd_pid/comm" && [ "$program" != dockerd ]; do
        attempt=$((attempt + 1))
        nap
    done 2>/dev/null
}

finish() {
    command_pid=
    if [ "$stop_reason" = lease ]; then
        if [ -n "$hold" ]; then
            say "no program has used this daemon for $hold_seconds seconds, stopping"
        else
            say "standard input was closed, stopping"
        fi
        end_daemons "$lease_grace"
    else
        [ -z "$stop_reason" ] || say "told to stop by a signal, stopping"
        end_daemons "$stop_timeout"
    fi
    exit "$1"
}

prepare() {
    mounts=$(cat /proc/self/mountinfo)
    ensure_programs_exist
    ensure_data_root_is_no_overlay
    begin_linking_to_seed
    ensure_no_stale_files
    ensure_descriptor_limit_is_bounded
    cgroup_parent=
    if is_cgroup_v2; then
        ensure_kernel_settings_writable
        ensure_cgroup_v2_delegation
        is_given containerd || start_containerd
    else
        # containerd does not need the cgroups to start, so it starts while they are prepared.
        is_given containerd || start_containerd
        ensure_kernel_settings_writable
        ensure_cgroup_v1_hierarchies
    fi
    ensure_root_is_shared
    ensure_security_file_system
    choose_iptables_backend
    ensure_rules_come_in_few_steps
    choose_own_flags
}

# Chooses the flags that this script adds to those of the user. None of them contains a blank.
choose_own_flags() {
    if [ -n "$port" ]; then
        own_flags="$own_flags --host=tcp://0.0.0.0:$port"
        if ! is_given tlsverify && ! is_given tls; then
            # Without this flag dockerd waits fifteen seconds, to give the warning that this script gives below.
            own_flags="$own_flags --tls=false"
            say "anyone who can connect to port $port controls this daemon and all that it has access to; publish it on 127.0.0.1 only"
        fi
    fi
    if [ -n "$background$port" ] || { [ "$given_hosts" = ' ' ] && ! is_configured hosts; }; then
        own_flags="$own_flags --host=unix://$default_socket"
    fi
    is_given containerd || own_flags="$own_flags --containerd=$containerd_socket"
    if [ -n "$cgroup_parent" ] && ! is_given cgroup-parent; then
        own_flags="$own_flags --cgroup-parent=$cgroup_parent"
    fi
    mtu=
    is_given mtu || find_network_mtu
    if [ -n "$mtu" ]; then
        own_flags="$own_flags --mtu=$mtu"
        # --mtu applies to the default bridge only; engines since version 24 have a flag for user-defined networks, too.
        case $(dockerd --help) in
            *--default-network-opt*)
                is_given default-network-opt default-network-opts ||
                    own_flags="$own_flags --default-network-opt=bridge=com.docker.network.driver.mtu=$mtu"
                ;;
        esac
    fi
    resolver=
    is_given dns || find_resolver
    if [ -n "$resolver" ]; then
        own_flags="$own_flags --dns=$resolver"
    fi
}

restart_daemons() {
    restart_wanted=
    end_daemons "$stop_timeout"
    containerd_ended=
    leave_if_told
    # The library waits for this line: only the new daemon answers after it.
    say "restarting dockerd and containerd"
    ensure_no_stale_files
    is_given containerd || start_containerd
    start_dockerd_beside_containerd "$@"
}

# supervise FLAG... runs until the container is told to stop or a daemon fails; the flags are those that dockerd was started with.
# It reads the variables of the signal handlers before each wait, because a signal may have come when there was no process to end.
supervise() {
    status=
    while :; do
        leave_if_told
        if [ -n "$restart_wanted" ]; then
            restart_daemons "$@"
            status=
        elif [ -n "$containerd_ended" ]; then
            read -r status <"$run_dir/containerd.status"
            containerd_pid=
            fail 72 "containerd $(ending "$status") while dockerd needed it"
        elif [ -n "$status" ]; then
            dockerd_pid=
            answer_end_of_dockerd "$@"
            status=
        else
            await_signal_or_end "$dockerd_pid"
        fi
    done
}

# Stores the exit status of the child in $status, or the empty string if only a signal arrived.
await_signal_or_end() {
    status=0
    wait "$1" 2>/dev/null || status=$?
    if kill -0 "$1" 2>/dev/null; then
        status=
    fi
}

answer_end_of_dockerd() {
    # Another process reads dockerd's output, and may find the line about the API only after dockerd has ended.
    read_last_words
    if [ -e "$run_dir/listening" ]; then
        fail 72 "dockerd $(ending "$status") after it was up"
    fi
    case $last_words in
        *iptables* | *ip6tables* | *nf_tables*)
            backend=legacy
            case $last_words in
                *'(legacy)'*) backend=nft ;;
            esac
            if [ -z "$other_backend_tried" ] && prefer_iptables "$backend"; then
                other_backend_tried=yes
                say "dockerd $(ending "$status")$(quoted_last_words)"
                say "trying once more with iptables-$backend"
                forget_rules
                start_dockerd "$@"
                return 0
            fi
            ;;
    esac
    fail 71 "dockerd $(ending "$status") before it answered$(quoted_last_words)"
}

run_in_foreground() {
    read_daemon_flags "$@"
    open_log "${log:-stdio}"
    if [ "$lease" = stdin ]; then
        watch_lease <&3 3<&- 4>&- &
    fi
    if [ -n "$hold" ]; then
        # Without the program "hold", no other program could use the daemon, and nothing would end it.
        { /nested-docker/hold "$hold" "$hold_seconds" "$$" /nested-docker/options.sha256 || kill -ALRM "$$"; } 3<&- 4>&- &
    fi
    exec 3<&-
    prepare
    start_dockerd_beside_containerd "$@"
    supervise "$@"
}

run_in_background() {
    [ -z "$lease" ] || fail 64 "DIND_LEASE is for a daemon in the foreground; here standard input belongs to the command"
    background=yes
    read_daemon_flags
    open_log "${log:-/var/log/docker.log}"
    if [ "$#" = 0 ]; then
        set -- sh
        ! have bash || set -- bash
    fi
    prepare 3<&-
    start_dockerd_beside_containerd 3<&-
    await_api
    run_command "$@"
}

# Opens descriptor 4, to which the output of the daemons goes.
open_log() {
    case $1 in
        stdio | -)
            exec 4>&1
            return 0
            ;;
        */*) mkdir -p "${1%/*}/" 2>/dev/null || : ;;
    esac
    { : >>"$1"; } 2>/dev/null || fail 64 "LOG is \"$1\" but that file can't be written"
    exec 4>>"$1"
}

# dockerd opens its socket long before it answers, so this waits for a real answer.
await_api() {
    attempt=0
    until api_answers; do
        leave_if_told
        if ! kill -0 "$dockerd_pid" 2>/dev/null; then
            await_end "$dockerd_pid"
            dockerd_pid=
            answer_end_of_dockerd 3<&-
        fi
        attempt=$((attempt + 1))
        [ "$attempt" -lt 6000 ] || fail 71 "dockerd did not answer in a minute; see its log"
        nap
    done
}

api_answers() {
    [ -S "$default_socket" ] || return 1
    if have docker; then
        docker version >/dev/null 2>&1
    else
        [ -e "$run_dir/answered" ]
    fi
}

# On a terminal the command must run in the foreground, because otherwise the keys for interrupt and quit would not reach it.
# Without a terminal it must run in the background, because otherwise the shell would not handle signals before the command ends.
run_command() {
    code=0
    if [ -t 3 ]; then
        "$@" <&3 3<&- 4>&- || code=$?
    else
        "$@" <&3 3<&- 4>&- &
        command_pid=$!
        [ -z "$stop_reason" ] || kill -TERM "$command_pid"
        await_end "$command_pid"
        code=$status
    fi
    finish "$code"
}

main() {
    ensure_signals_are_heard
    # Descriptors that leaked into PID 1 would leak into every inner container. dash can close no others than these.
    exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    exec 3<&0 </dev/null
    ensure_system_path
    ensure_clean_environment
    ensure_proxies_are_known
    ensure_settings_make_sense
    case ${1:-} in
        -*) set -- dockerd "$@" ;;
    esac
    if [ "${1:-}" = dockerd ]; then
        shift
        case " $* " in
            *' --help '* | *' -h '* | *' --version '* | *' -v '* | *' --validate '*) exec dockerd "$@" ;;
        esac
        run_in_foreground "$@"
    elif [ -n "$port" ]; then
        [ "$#" = 0 ] ||
            fail 64 "PORT keeps the daemon in the foreground, so the command \"$*\" would never run; leave one of them out"
        run_in_foreground
    else
        run_in_background "$@"
    fi
}

main "$@"
