#!/bin/sh
# Starts a Docker daemon inside a container, keeps it company and takes it down in order.
#
#   dind-init.sh dockerd [FLAG...]   the daemon in the foreground, with these flags
#   dind-init.sh [COMMAND...]        the daemon in the background, then COMMAND or a shell
#   PORT=4444 dind-init.sh           the daemon in the foreground, its API in plain text on that port
#
# LOG=FILE              sends the daemon's log to FILE (LOG=stdio: to standard output)
# DOCKER_DAEMON_ARGS    more flags for dockerd, split at blanks
# DIND_LEASE=stdin      stop as soon as standard input is closed
# DIND_STOP_TIMEOUT     seconds that inner containers get at an orderly stop (8)
# DIND_LEASE_GRACE      seconds that they get when the lease was lost (1)
# DIND_SEED             a folder with image layers that a fresh data root is linked to; see seed-fill.sh
#
# TERM, INT and QUIT stop in order, USR1 restarts dockerd and containerd, HUP makes dockerd reload its configuration.
#
# It runs as PID 1 on any POSIX shell, and needs no more than a busybox userland beside the daemon.
set -euf

readonly run_dir=/run/dind-init
readonly default_socket=/var/run/docker.sock
# Nobody owns this link-local address: packets to it exist only until our own NAT rule has seen them.
readonly resolver_address=169.254.53.53
readonly newline='
'

# What the signal handlers leave for the loops to find.
stop_reason=
restart_wanted=
containerd_ended=

containerd_pid=
dockerd_pid=
command_pid=
background=
own_flags=
other_backend_tried=

say() {
    printf 'dind-init: %s\n' "$*" >&2
}

# The last line names the reason, so that a reader needs no more than the tail of the log.
fail() {
    fail_code=$1
    shift
    for fail_pid in $dockerd_pid $containerd_pid; do
        kill -TERM "$fail_pid" 2>/dev/null || :
    done
    printf 'dind-init: failed: %s\n' "$*" >&2
    exit "$fail_code"
}

# Short, because it lies between a socket's appearance and its first use; some userlands know whole seconds only.
nap() {
    sleep 0.005 2>/dev/null || sleep 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# An image's own PATH may lack the places where iptables and runc live.
ensure_system_path() {
    PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
    case ":$PATH:" in
        *:/usr/sbin:*) ;;
        *) PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" ;;
    esac
    export PATH
}

# Settings are taken out of the environment before they can reach dockerd or the user's command:
# DOCKER_DRIVER beats --storage-driver, DOCKER_HOST and the TLS variables mislead the command line client.
ensure_clean_environment() {
    port=${PORT:-}
    log=${LOG:-}
    daemon_args=${DOCKER_DAEMON_ARGS:-}
    lease=${DIND_LEASE:-}
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
    # dockerd and containerd ask for this name to learn that they are nested, and set AppArmor up accordingly.
    export container=docker
}

# Proxies come in a file: who may inspect the container sees its variables, and an address may have a password in it.
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

# Learns from dockerd's flags what this script must agree on with it.
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

# dockerd refuses a setting that comes both as a flag and in its configuration file, so ours give way to either.
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

# overlay on overlay does not work, and dockerd would silently copy every layer in full instead (vfs).
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

# The layers of images lie in the seed, which is read-only; a fresh data root gets small files and links into it, in one copy.
begin_linking_to_seed() {
    linker_pid=
    [ -n "$seed" ] || return 0
    [ -e "$seed/complete" ] || fail 74 "the seed $seed is not complete; whoever was filling it has stopped"
    seed_mark=$data_root/nested-docker-seed
    linked=
    if [ -e "$seed_mark" ]; then
        read -r linked <"$seed_mark" || :
        [ "$linked" != "$seed" ] || return 0
    fi
    mkdir -p "$data_root"
    entries=$(ls -A "$data_root")
    if [ "$linked" = unfinished ]; then
        # This container was killed in the middle of it.
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
    # containerd looks at its own image store as soon as it comes up, but not at that of dockerd.
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
        fail 73 "mount $* was refused: ${mount_error%%"$newline"*}; this container lacks privilege," \
            "start it with --privileged or with the capabilities, security options and labels of least privilege"
}

# Mounts made by inner containers with shared propagation need a shared parent, as systemd would give.
ensure_root_is_shared() {
    must_mount --make-rshared /
}

# runc looks for AppArmor here; some outer engines forbid the mount, and then there is nothing to confine with.
ensure_security_file_system() {
    case $mounts in
        *' /sys/kernel/security '*) return 0 ;;
    esac
    if [ -d /sys/kernel/security ]; then
        mount -t securityfs none /sys/kernel/security 2>/dev/null || :
    fi
}

# Without --privileged the outer engine leaves /sys, /proc/sys and the cgroups read-only; dockerd writes to all of them.
# "bind" keeps the change to this mount: without it the remount would reach the file system that others share.
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

# An outer engine may leave hierarchies out on cgroup v1; runc inside needs every one that the kernel accounts to us.
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

# On cgroup v2 a group with processes of its own can't hand controllers to children,
# so everybody moves to a leaf before the controllers are switched on.
# A "docker exec" may put a process back in between, hence both steps in one loop.
ensure_cgroup_v2_delegation() {
    cgroup_path=
    while IFS=: read -r hierarchy _ path; do
        [ "$hierarchy" != 0 ] || cgroup_path=$path
    done </proc/self/cgroup
    cgroup_root=/sys/fs/cgroup
    if [ "${cgroup_path:-/}" != / ]; then
        # The cgroup namespace is the outer engine's: stay inside the group that belongs to this container.
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
        # Processes end while this runs, and kernel threads can't be moved.
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

# Inner containers inherit the limit, and without bounds old programs crawl: they close every descriptor they could have.
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

# After a crash or a restart of this container they name processes that are gone or, worse, others.
ensure_no_stale_files() {
    mkdir -p /run /var/run "$run_dir" "${containerd_socket%/*}"
    rm -rf /var/run/docker.pid /run/docker.pid /var/run/docker/containerd/containerd.pid /run/containerd/containerd.pid \
        "$default_socket" "$containerd_socket" "$containerd_socket.ttrpc" \
        "$run_dir/containerd.status" "$run_dir/output" "$run_dir/answered" "$run_dir/daemon.json"
}

# dockerd calls whatever "iptables" is on the PATH.
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

# Rules of one backend are invisible to the other, so follow what this network namespace already uses.
# Listing the rules of the legacy backend would load its kernel modules, and so decide the question; a look at /proc does not.
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

# dockerd adds its first rules with some 140 processes, which take a third of its start. A helper of ours puts the same rules in with a few,
# if it came along with this script. It takes for granted that no daemon has been in this network, and that dockerd says when its API is there.
ensure_rules_come_in_few_steps() {
    firewall=${0%/*}/firewall
    firewall_path=
    [ -x "$firewall/iptables" ] || return 0
    if is_new_network && [ ! -e "$data_root/containers" ] && ! is_given bridge && ! is_given log-level && is_helper_of_use; then
        : >"$firewall/iptables.journal"
        : >"$firewall/ip6tables.journal"
        firewall_path=$firewall:
        find_out_what_rules_can_have 4>&- &
    else
        forget_rules
    fi
}

# If it fails, the helper finds out with each rule.
find_out_what_rules_can_have() {
    "$firewall/iptables" prepare || :
    "$firewall/ip6tables" prepare || :
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

# The short forms of --bridge and --log-level, and flags after which there are no rules.
is_helper_of_use() {
    case $given_flags in
        *' -b'* | *' -l'* | *' --iptables=false '*) return 1 ;;
    esac
    have iptables-restore && have ip6tables-restore
}

# What an earlier run of this container has left says nothing about this one.
forget_rules() {
    firewall_path=
    rm -f "$firewall/iptables.journal" "$firewall/ip6tables.journal"
}

# Whoever hears that the API is there may start containers at once.
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

# Packets that are too long for the way out vanish without a trace when the inner networks don't know its limit.
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
# Its real port is known from the outer engine's NAT rules, so a further rule leads to it from an address that is routed.
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
            # Asking would load its modules, and they hold no rules.
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

# The outer engine writes "ndots:0" there; dockerd takes that as an order to keep names without a dot to itself.
# The file is a bind mount, so it is written into and not replaced.
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

# dockerd that starts its own containerd loses a second to a connection back-off, so ours comes first.
# Its files are where dockerd would put them, on the data root's volume.
start_containerd() {
    # The plugins that dockerd never uses are left out: they cost time, memory, and a search for kernel modules.
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

# dockerd goes on without an answer for ever when containerd is gone, so somebody else has to notice.
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

# A key typed for the user's command must not reach the daemon, which shares its terminal.
detached() {
    if [ -n "$background" ] && have setsid; then
        exec setsid "$@"
    fi
    exec "$@"
}

# Waits for a child through all signals; leaves its exit status in $status.
await_end() {
    while :; do
        status=0
        wait "$1" 2>/dev/null || status=$?
        kill -0 "$1" 2>/dev/null || return 0
    done
}

await_containerd() {
    if is_given containerd; then
        return 0
    fi
    attempt=0
    until [ -S "$containerd_socket" ]; do
        leave_if_told
        if [ -n "$containerd_ended" ]; then
            read -r status <"$run_dir/containerd.status"
            containerd_pid=
            fail 70 "containerd $(ending "$status") before its socket was there"
        fi
        attempt=$((attempt + 1))
        [ "$attempt" -lt 3000 ] || fail 70 "containerd did not open its socket $containerd_socket in 30 seconds"
        nap
    done
}

# Passes dockerd's output on, and keeps the line that matters for the reason that we give should the start fail.
# A shell reads byte by byte, so as soon as the API is there a plain cat takes over.
pass_output_on() {
    error=
    last=
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s\n' "$line"
        case $line in
            *'API listen on'*)
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
    # It is still there when this is a second attempt.
    [ -p "$run_dir/output" ] || mkfifo "$run_dir/output"
    : >"$run_dir/last-words"
    pass_output_on <"$run_dir/output" >&4 4>&- &
    detached_with_helper dockerd "$@" </dev/null >"$run_dir/output" 2>&1 4>&- &
    dockerd_pid=$!
}

# dockerd reads its configuration before it asks for containerd. A pipe in that file's place holds it there, so both come up side by side.
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
}

# The first line waits until dockerd reads. It reads again when it is told to, and then there must be a file.
give_configuration() {
    printf '{}\n' >"$run_dir/daemon.json"
    printf '{}\n' >"$run_dir/daemon.json.new"
    mv "$run_dir/daemon.json.new" "$run_dir/daemon.json"
}

# Leaves dockerd's last error in $last_words.
read_last_words() {
    last_words=
    attempt=0
    until [ -s "$run_dir/last-words" ] || [ "$attempt" -ge 50 ]; do
        attempt=$((attempt + 1))
        nap
    done
    { read -r last_words <"$run_dir/last-words"; } 2>/dev/null || :
}

# The kernel counts what it killed for want of memory; dockerd's own group is the container's, or "init" below it.
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
        printf 'was ended by signal 9 for want of memory'
    elif [ "$1" -gt 128 ]; then
        printf 'was ended by signal %s' "$(($1 - 128))"
    else
        printf 'ended with status %s' "$1"
    fi
}

quoted_last_words() {
    [ -z "$last_words" ] || printf ': "%s"' "$last_words"
}

# Once only: dockerd takes a third signal as an order to leave everything as it is.
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

# Without containerd dockerd could not even stop in order.
on_containerd_end() {
    containerd_ended=yes
    if [ -n "$dockerd_pid" ]; then
        [ -z "$background" ] || say "containerd ended, and dockerd with it"
        kill -KILL "$dockerd_pid" 2>/dev/null || :
    fi
}

on_reload() {
    [ ! -e "$config_file" ] || [ ! -e "$run_dir/daemon.json" ] || ln -sf "$config_file" "$run_dir/daemon.json"
    if [ -n "$dockerd_pid" ]; then
        kill -HUP "$dockerd_pid" 2>/dev/null || :
    fi
}

# A signal that comes before its handler is lost on PID 1, so this is done first of all.
ensure_signals_are_heard() {
    trap 'on_stop term' TERM INT QUIT
    trap 'on_stop lease' ALRM
    trap on_restart USR1
    trap on_containerd_end USR2
    trap on_reload HUP
}

# The program that asked for us holds the other end of standard input; however it dies, the kernel closes that.
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

# Inner containers that don't end by themselves would hold dockerd up for the ten seconds or more of their own stop timeout.
# Dead, they let it finish its books; should it hang all the same, it goes too.
escalate() {
    sleep "$1"
    kill_inner_containers
    sleep 2
    kill -KILL "$dockerd_pid" 2>/dev/null || :
    sleep 2
    read -r containerd_process <"$run_dir/containerd.pid" || return 0
    kill -KILL "$containerd_process"
}

# The first process of each inner container is a child of a shim; the kernel ends the rest of the container with it.
kill_inner_containers() {
    # Without a PID namespace of our own the shims could be somebody else's.
    read -r first_process </proc/1/comm
    [ "$$" = 1 ] || [ "$first_process" = docker-init ] || [ "$first_process" = tini ] || return 0
    set +f
    for state in /sys/fs/cgroup/freezer/*/*/freezer.state; do
        # Frozen processes of cgroup v1 don't die before they are thawed.
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

# dockerd ends the inner containers and writes its books, then containerd may go.
end_daemons() {
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

# Between fork and exec a signal to dockerd would be lost on a copy of this shell.
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
        say "standard input was closed, stopping"
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
        # containerd doesn't need the cgroups to come up, so it does that meanwhile.
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

# The flags that we add to the user's; none has a blank in it.
choose_own_flags() {
    if [ -n "$port" ]; then
        own_flags="$own_flags --host=tcp://0.0.0.0:$port"
        if ! is_given tlsverify && ! is_given tls; then
            # Without this word dockerd waits fifteen seconds, to warn of what we warn of below.
            own_flags="$own_flags --tls=false"
            say "anyone who reaches port $port owns this daemon and what it can touch: publish it on 127.0.0.1 only"
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
        # --mtu is for the default bridge only; engines from 24 on can say it for user-defined networks too.
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
    # The library waits for these words: what answers after them is the new daemon.
    say "restarting dockerd and containerd"
    ensure_no_stale_files
    is_given containerd || start_containerd
    start_dockerd_beside_containerd "$@"
}

# Stays until somebody says stop or something breaks; takes the flags that dockerd was started with.
# What the signal handlers left is looked at before each wait: a signal may have come before there was anything to end.
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

# Leaves the exit status of the child in $status, or nothing when only a signal came.
await_signal_or_end() {
    status=0
    wait "$1" 2>/dev/null || status=$?
    if kill -0 "$1" 2>/dev/null; then
        status=
    fi
}

answer_end_of_dockerd() {
    if [ -e "$run_dir/answered" ]; then
        fail 72 "dockerd $(ending "$status") after it was up"
    fi
    read_last_words
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

# Descriptor 4 is where the daemons' output goes.
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

# dockerd opens its socket long before it answers, so the question is asked in full.
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

# On a terminal the command must be in the foreground, or the keys for interrupt and quit would not reach it;
# elsewhere it must not, or the shell would not hear signals before the command's end.
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
    # Descriptors that leaked into PID 1 would leak into every inner container; dash can name no more than these.
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
