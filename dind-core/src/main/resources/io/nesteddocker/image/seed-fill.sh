#!/bin/sh
# Fills a seed: a volume with the layers of images, to which new daemons link instead of copying them.
#
#   seed-fill.sh hold                          lives as long as its standard input and carries out each line there
#   seed-fill.sh link SEED MOUNT OUTER         hard links from the layers of the engine whose data root is at OUTER
#   seed-fill.sh convert-overlay2 SEED MOUNT   takes the data root that a daemon has left in SEED
#   seed-fill.sh convert-overlayfs SEED MOUNT  the same for the containerd image store
#   seed-fill.sh complete SEED                 says that the seed may be used
#   seed-fill.sh check SEED                    asks whether that was said
#
# SEED is where the seed lies here, MOUNT where daemon containers will have it.
# In the seed come to be
#
#   data/      the layers
#   skeleton/  what is copied into the data root of a new daemon: small files, and symbolic links into data/
#   complete   the mark that makes it a seed
#
# It needs no more than a POSIX shell and a busybox userland.
set -euf

readonly lists="${0%/*}"
readonly newline='
'

# Exit code 2: another way may be open. Exit code 1: none is.
give_way() {
    printf '%s\n' "$*" >&2
    exit 2
}

# A full disk is full for every other way too.
refuse() {
    reason=${2%%"$newline"*}
    case $reason in
        *'No space left'* | *'Disk quota exceeded'*)
            printf '%s\n' "$1: $reason" >&2
            exit 1
            ;;
    esac
    give_way "$1: $reason"
}

must() {
    must_error=$("$@" 2>&1) || refuse "$1 failed" "$must_error"
}

# link_trees SOURCE... FOLDER: of a file there is one more name, which costs nothing.
# Folders are made anew, with what the kernel has noted on them.
link_trees() {
    link_error=$(cp -al "$@" 2>&1) || refuse "a layer of the outer engine could not be linked" "$link_error"
}

move_trees() {
    must mv "$@"
}

# An opaque folder that lost its mark would show what lower layers have in it. GNU cp keeps it, that of busybox does not.
ensure_marks_are_kept() {
    case $(cp --version 2>/dev/null) in
        *GNU*) return 0 ;;
    esac
    while read -r chain; do
        if zcat "$1/image/overlay2/layerdb/sha256/$chain/tar-split.json.gz" | grep -qF '.wh..wh..opq'; then
            give_way "a layer has opaque folders, and the cp of the daemon image would lose their marks"
        fi
    done <"$lists/layers"
}

# Reads the single line of a small file, which may lack its end. There are some for each layer, and a program for each would take long.
read_line() {
    line=
    read -r line <"$1" || [ -n "$line" ] || give_way "$1 is empty or missing"
}

write_line() {
    printf '%s' "$1" >"$2"
}

# copy_lines FROM TO FILE...: those of the files that are there.
copy_lines() {
    from=$1
    to=$2
    shift 2
    for file in "$@"; do
        [ -e "$from/$file" ] || continue
        read_line "$from/$file"
        must write_line "$line" "$to/$file"
    done
}

# take_layer FROM HOW SEED MOUNT CHAIN
take_layer() {
    record=$1/image/overlay2/layerdb/sha256/$5
    [ -d "$record" ] || give_way "the data root has no layer $5"
    read_line "$record/cache-id"
    layer=overlay2/$line
    [ ! -L "$1/$layer/diff" ] || give_way "the outer engine's layers are links themselves, because it was started with a seed"
    [ -d "$1/$layer/diff" ] || give_way "the data root has no content for the layer $5"
    new=$3/skeleton/$layer
    new_record=$3/skeleton/image/overlay2/layerdb/sha256/$5
    must mkdir -p "$3/data/$5" "$new" "$new_record"
    "$2" "$1/$layer/diff" "$record/tar-split.json.gz" "$3/data/$5"
    copy_lines "$record" "$new_record" cache-id diff parent size
    copy_lines "$1/$layer" "$new" lower link
    must ln "$3/data/committed" "$new/"
    must ln -s "$4/data/$5/diff" "$new/"
    must ln -s "$4/data/$5/tar-split.json.gz" "$new_record/"
    must ln -s "../${layer#*/}/diff" "$3/skeleton/overlay2/l/$line"
}

# take_overlay2 FROM HOW SEED MOUNT
take_overlay2() {
    records=image/overlay2/imagedb
    must mkdir -p "$3/data" "$3/skeleton/overlay2/l" "$3/skeleton/$records/content/sha256" "$3/skeleton/$records/metadata/sha256"
    must chmod 710 "$3/skeleton/overlay2"
    must chmod 700 "$3/skeleton/image" "$3/skeleton/image/overlay2"
    # Newer engines mount a layer for writing where this is missing, which older ones don't write. One file has all the names.
    : >"$3/data/committed"
    while read -r chain; do
        take_layer "$@" "$chain"
    done <"$lists/layers"
    while read -r image; do
        must cp "$1/$records/content/sha256/$image" "$3/skeleton/$records/content/sha256/"
    done <"$lists/images"
    must cp "$lists/repositories.json" "$3/skeleton/image/overlay2/"
}

# What a daemon that has loaded the images knows better than we do.
list_overlay2() {
    must ls "$1/image/overlay2/layerdb/sha256"
    printf '%s\n' "$must_error" >"$lists/layers"
    must ls "$1/image/overlay2/imagedb/content/sha256"
    printf '%s\n' "$must_error" >"$lists/images"
    [ -e "$lists/repositories.json" ] || must cp "$1/image/overlay2/repositories.json" "$lists/"
}

# move_and_link SEED MOUNT PATH
move_and_link() {
    must mkdir -p "$1/data/${3%/*}" "$1/skeleton/${3%/*}"
    must mv "$1/$3" "$1/data/$3"
    must ln -s "$2/data/$3" "$1/skeleton/$3"
}

take_overlayfs() {
    root=containerd/daemon
    blobs=$root/io.containerd.content.v1.content/blobs/sha256
    snapshotter=$root/io.containerd.snapshotter.v1.overlayfs
    must mkdir -p "$1/data" "$1/skeleton/$root/io.containerd.metadata.v1.bolt"
    must chmod 700 "$1/skeleton/$root"
    set +f
    for blob in "$1/$blobs"/*; do
        move_and_link "$1" "$2" "$blobs/${blob##*/}"
    done
    for snapshot in "$1/$snapshotter/snapshots"/*; do
        move_and_link "$1" "$2" "$snapshotter/snapshots/${snapshot##*/}"
    done
    set -f
    must mv "$1/$snapshotter/metadata.db" "$1/skeleton/$snapshotter/"
    must mv "$1/$root/io.containerd.metadata.v1.bolt/meta.db" "$1/skeleton/$root/io.containerd.metadata.v1.bolt/"
}

# The rest of the daemon's data root: its identity, networks and caches are nobody else's.
remove_rest() {
    set +f
    for entry in "$1"/* "$1"/.[!.]*; do
        case $entry in
            "$1/data" | "$1/skeleton") ;;
            *) must rm -rf "$entry" ;;
        esac
    done
    set -f
}

# What was written, and not just linked, must outlast a power failure before the mark does.
ensure_written() {
    sync
}

hold() {
    printf 'seed: ready\n'
    while read -r order first second third; do
        if error=$(sh "$0" "$order" "$first" "$second" "$third" 2>&1 </dev/null); then
            printf 'seed: done\n'
        elif [ "$?" = 2 ]; then
            printf 'seed: gives way: %s\n' "${error%%"$newline"*}"
        else
            printf 'seed: failed: %s\n' "${error%%"$newline"*}"
        fi
    done
}

case $1 in
    hold) hold ;;
    link)
        # Where volumes are a file system of their own, this would be a folder that nobody sees again.
        [ -d "$2" ] || give_way "the outer engine's volumes can't be reached through its data root"
        ensure_marks_are_kept "$4"
        take_overlay2 "$4" link_trees "$2" "$3"
        ;;
    convert-overlay2)
        list_overlay2 "$2"
        take_overlay2 "$2" move_trees "$2" "$3"
        remove_rest "$2"
        ensure_written
        ;;
    convert-overlayfs)
        take_overlayfs "$2" "$3"
        remove_rest "$2"
        ensure_written
        ;;
    check) [ -e "$2/complete" ] || give_way "the seed is not complete" ;;
    complete) : >"$2/complete" ;;
esac
