#!/bin/sh
# Fills a seed: a volume with the layers of images, to which new daemons link instead of copying them.
#
#   seed-fill.sh hold                          executes each line of its standard input as an order, and ends with that input
#   seed-fill.sh link-overlay2 SEED MOUNT OUTER
#                                              makes hard links to the layers of the engine whose data root is at OUTER
#   seed-fill.sh link-overlayfs SEED MOUNT OUTER
#                                              the same for the containerd image store, without its two databases; prints the kilobytes,
#                                              the number of files and the archive's bytes of each layer, and the bytes of each
#                                              configuration
#   seed-fill.sh find-containerd DATA_ROOT FOLDER
#                                              prints the places where a containerd that the engine may use has its data: below the
#                                              engine's DATA_ROOT, or below its parent FOLDER
#   seed-fill.sh copy-databases SEED CONTAINERD
#                                              copies the two databases of the containerd whose data is at CONTAINERD
#   seed-fill.sh link-containerd SEED MOUNT CONTAINERD
#                                              makes hard links to the blobs and snapshots of that containerd which the files "blobs"
#                                              and "snapshots" in SEED list
#   seed-fill.sh convert-overlay2 SEED MOUNT   converts the data root that a daemon has left in SEED
#   seed-fill.sh convert-overlayfs SEED MOUNT  the same for the containerd image store
#   seed-fill.sh complete SEED                 marks the seed as complete, so that it may be used
#   seed-fill.sh check SEED                    fails unless the seed is marked as complete
#
# SEED is the folder of the seed here, MOUNT the folder where daemon containers will have it.
# A seed has these entries when it is filled:
#
#   data/      the layers
#   skeleton/  small files, and symbolic links into data/, which are copied into the data root of a new daemon
#   complete   the mark that the seed is complete
#
# hold accepts one more order, "take BYTES SEED": a tar archive of that size follows, which is unpacked into SEED.
#
# This script needs only a POSIX shell and a busybox userland. The program "layer" beside it is the relay; see layer.c.
set -euf

readonly lists="${0%/*}"
readonly newline='
'
readonly links_themselves="the outer engine's layers are links themselves, because it was started with a seed"
readonly root=containerd/daemon
readonly largest_database=67108864
readonly metadata=io.containerd.metadata.v1.bolt/meta.db
readonly blobs=$root/io.containerd.content.v1.content/blobs/sha256
readonly snapshotter=$root/io.containerd.snapshotter.v1.overlayfs

# Exit code 2 means that another way to fill the seed may work, exit code 1 that no way works.
give_way() {
    printf '%s\n' "$*" >&2
    exit 2
}

# refuse WHAT OUTPUT ends with code 1 if the disk is full, because no other way works then, and with code 2 otherwise.
refuse() {
    reason=${2%%"$newline"*}
    case $reason in
        *'No space left'* | *'uota exceeded'*)
            printf '%s\n' "$1: $reason" >&2
            exit 1
            ;;
    esac
    give_way "$1: $reason"
}

must() {
    must_answer=$("$@" 2>&1) || refuse "$1 failed" "$must_answer"
}

# link_layer FOLDER NEW copies a folder, but makes hard links to its files, which take no space.
link_layer() {
    link_error=$("$lists/layer" link "$1" "$2" 2>&1) || refuse "a layer of the outer engine could not be linked" "$link_error"
}

# link_files DIFF TAR_SPLIT FOLDER
link_files() {
    link_layer "$1" "$3/diff"
    must ln "$2" "$3/"
}

# move_files DIFF TAR_SPLIT FOLDER
move_files() {
    must mv "$@"
}

# Reads the single line of a small file, which may have no newline, into $line. It starts no program, because each layer has several such
# files, so that would take long.
read_line() {
    line=
    read -r line <"$1" || [ -n "$line" ] || give_way "$1 is empty or missing"
}

# find_layer FROM CHAIN
find_layer() {
    record=$1/image/overlay2/layerdb/sha256/$2
    [ -d "$record" ] || give_way "the data root has no layer $2"
    read_line "$record/cache-id"
    layer=overlay2/$line
    [ ! -L "$1/$layer/diff" ] || give_way "$links_themselves"
    [ -d "$1/$layer/diff" ] || give_way "the data root has no content for the layer $2"
}

write_line() {
    printf '%s' "$1" >"$2"
}

# copy_lines FROM TO FILE... copies those of the files that exist.
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
    find_layer "$1" "$5"
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

# find_containerd DATA_ROOT BESIDE_IT looks for the engine's own containerd, that of the machine, and that of Docker Desktop.
find_containerd() {
    for folder in "$1/containerd/daemon" "$2/containerd" "$2/desktop-containerd/daemon"; do
        [ ! -f "$folder/$metadata" ] || printf '%s ' "$folder"
    done
}

# copy_databases SEED CONTAINERD
copy_databases() {
    [ -d "$1" ] || give_way "the outer engine's volumes can't be reached beside the data of containerd"
    # These folders may be left from an attempt with another containerd, whose data turned out to be of no use.
    must rm -rf "$1/data" "$1/skeleton"
    copy_database "$2/$metadata" "$1/meta.db"
    copy_database "$2/io.containerd.snapshotter.v1.overlayfs/metadata.db" "$1/metadata.db"
}

# Each change of a database changes its first pages, so if the copy equals the database afterwards, there was no change in between.
copy_database() {
    must stat -c %s "$1"
    [ "$must_answer" -le "$largest_database" ] || give_way "the database $1 has $must_answer bytes, which is too large to be searched"
    tries=0
    must cp "$1" "$2"
    until cmp -s "$1" "$2"; do
        tries=$((tries + 1))
        [ "$tries" -lt 20 ] || give_way "the database $1 changed during each attempt to copy it"
        sleep 0.05 2>/dev/null || sleep 1
        must cp "$1" "$2"
    done
}

# link_containerd SEED MOUNT CONTAINERD
link_containerd() {
    begin_overlayfs "$1"
    while read -r blob; do
        file=$3/${blobs#"$root/"}/$blob
        [ ! -L "$file" ] || give_way "$links_themselves"
        must ln "$file" "$1/data/$blobs/"
        must ln -s "$2/data/$blobs/$blob" "$1/skeleton/$blobs/"
    done <"$1/blobs"
    while read -r number; do
        snapshot=$snapshotter/snapshots/$number
        folder=$3/${snapshot#"$root/"}
        [ ! -L "$folder" ] || give_way "$links_themselves"
        must mkdir "$1/data/$snapshot"
        must chmod 700 "$1/data/$snapshot"
        link_layer "$folder/fs" "$1/data/$snapshot/fs"
        must ln -s "$2/data/$snapshot" "$1/skeleton/$snapshot"
    done <"$1/snapshots"
    must rm "$1/blobs" "$1/snapshots" "$1/meta.db" "$1/metadata.db"
}

# take_overlay2 FROM HOW SEED MOUNT
take_overlay2() {
    records=image/overlay2/imagedb
    must mkdir -p "$3/data" "$3/skeleton/overlay2/l" "$3/skeleton/$records/content/sha256" "$3/skeleton/$records/metadata/sha256"
    must chmod 710 "$3/skeleton/overlay2"
    must chmod 700 "$3/skeleton/image" "$3/skeleton/image/overlay2"
    # Newer engines mount a layer for writing if this file is missing, and older engines don't write it. All layers have links to one file.
    : >"$3/data/committed"
    while read -r chain; do
        take_layer "$@" "$chain"
    done <"$lists/layers"
    while read -r image; do
        must cp "$1/$records/content/sha256/$image" "$3/skeleton/$records/content/sha256/"
    done <"$lists/images"
    must cp "$lists/repositories.json" "$3/skeleton/image/overlay2/"
}

# Lists the layers and images from the data root, because the daemon that has loaded them knows them best.
list_overlay2() {
    must ls "$1/image/overlay2/layerdb/sha256"
    printf '%s\n' "$must_answer" >"$lists/layers"
    must ls "$1/image/overlay2/imagedb/content/sha256"
    printf '%s\n' "$must_answer" >"$lists/images"
    [ -e "$lists/repositories.json" ] || must cp "$1/image/overlay2/repositories.json" "$lists/"
}

# move_and_link SEED MOUNT PATH
move_and_link() {
    must mkdir -p "$1/data/${3%/*}" "$1/skeleton/${3%/*}"
    must mv "$1/$3" "$1/data/$3"
    must ln -s "$2/data/$3" "$1/skeleton/$3"
}

begin_overlayfs() {
    must mkdir -p "$1/data/$blobs" "$1/skeleton/$blobs" "$1/data/$snapshotter/snapshots" "$1/skeleton/$snapshotter/snapshots" \
        "$1/skeleton/$root/${metadata%/*}"
    must chmod 700 "$1/skeleton/$root"
}

# link_overlayfs SEED MOUNT OUTER
link_overlayfs() {
    begin_overlayfs "$1"
    number=0
    while read -r chain; do
        number=$((number + 1))
        snapshot=$snapshotter/snapshots/$number
        find_layer "$3" "$chain"
        must mkdir "$1/data/$snapshot"
        must chmod 700 "$1/data/$snapshot"
        link_layer "$3/$layer/diff" "$1/data/$snapshot/fs"
        must ln -s "$2/data/$snapshot" "$1/skeleton/$snapshot"
    done <"$lists/layers"
    while read -r image; do
        must cp "$3/image/overlay2/imagedb/content/sha256/$image" "$1/data/$blobs/$image"
        must ln -s "$2/data/$blobs/$image" "$1/skeleton/$blobs/$image"
    done <"$lists/images"
    write_archives "$@"
    describe_overlayfs "$1" "$3"
}

# The classic store has no archives of layers, but the containerd store needs them for everything except running containers.
write_archives() {
    while read -r chain; do
        find_layer "$3" "$chain"
        read_line "$record/diff"
        archive=$blobs/${line#sha256:}
        if [ ! -e "$1/data/$archive" ]; then
            archive_error=$({ zcat "$record/tar-split.json.gz" && echo '{"type":0}'; } | "$lists/layer" archive "$3/$layer/diff" 2>&1 >"$1/data/$archive") ||
                refuse "the archive of a layer could not be made" "$archive_error"
            must chmod 444 "$1/data/$archive"
            must ln -s "$2/data/$archive" "$1/skeleton/$archive"
        fi
    done <"$lists/layers"
}

# describe_overlayfs SEED OUTER
describe_overlayfs() {
    number=0
    while read -r chain; do
        number=$((number + 1))
        fs=$1/data/$snapshotter/snapshots/$number/fs
        read_line "$2/image/overlay2/layerdb/sha256/$chain/diff"
        # Only people read these two numbers, so the seed is linked even if the userland lacks these programs.
        kilobytes=$(du -sk "$fs" 2>/dev/null) || kilobytes=0
        files=$(find "$fs" 2>/dev/null | wc -l)
        must stat -c %s "$1/data/$blobs/${line#sha256:}"
        printf '%s %s %s ' "${kilobytes%%[!0-9]*}" "$files" "$must_answer"
    done <"$lists/layers"
    while read -r image; do
        must stat -c %s "$1/data/$blobs/$image"
        printf '%s ' "$must_answer"
    done <"$lists/images"
}

take_overlayfs() {
    begin_overlayfs "$1"
    set +f
    for blob in "$1/$blobs"/*; do
        move_and_link "$1" "$2" "$blobs/${blob##*/}"
    done
    for snapshot in "$1/$snapshotter/snapshots"/*; do
        move_and_link "$1" "$2" "$snapshotter/snapshots/${snapshot##*/}"
    done
    set -f
    must mv "$1/$snapshotter/metadata.db" "$1/skeleton/$snapshotter/"
    must mv "$1/$root/$metadata" "$1/skeleton/$root/$metadata"
}

# Removes the rest of the daemon's data root, because its identity, networks and caches belong to that daemon alone.
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

# Data that was written, and not only linked, must be on the disk before the mark is, in case the power fails.
ensure_written() {
    sync
}

# The same for the small files of a seed that was filled by links. A plain sync would also wait for all other writes on the machine.
ensure_files_are_written() {
    [ -x "$lists/layer" ] || return 0
    must find "$1/skeleton" -type f -exec "$lists/layer" sync {} +
    [ ! -d "$1/data/$blobs" ] || must find "$1/data/$blobs" -type f -exec "$lists/layer" sync {} +
}

hold() {
    printf 'seed: ready\n'
    while read -r order first second third; do
        if answer=$(carry_out "$order" "$first" "$second" "$third" 2>&1); then
            printf 'seed: done %s\n' "$answer"
        elif [ "$?" = 2 ]; then
            printf 'seed: gives way: %s\n' "${answer%%"$newline"*}"
        else
            printf 'seed: failed: %s\n' "${answer%%"$newline"*}"
        fi
    done
}

carry_out() {
    if [ "$1" = take ]; then
        head -c "$2" | tar -xf - -C "$3"
    else
        sh "$0" "$@" </dev/null
    fi
}

case $1 in
    hold) hold ;;
    link-overlay2 | link-overlayfs)
        # If volumes are a file system of their own, SEED does not exist here; if this script created it, no daemon would ever see it.
        [ -d "$2" ] || give_way "the outer engine's volumes can't be reached through its data root"
        if [ "$1" = link-overlayfs ]; then
            link_overlayfs "$2" "$3" "$4"
        else
            take_overlay2 "$4" link_files "$2" "$3"
        fi
        ;;
    find-containerd) find_containerd "$2" "$3" ;;
    copy-databases) copy_databases "$2" "$3" ;;
    link-containerd) link_containerd "$2" "$3" "$4" ;;
    convert-overlay2)
        list_overlay2 "$2"
        take_overlay2 "$2" move_files "$2" "$3"
        remove_rest "$2"
        ensure_written
        ;;
    convert-overlayfs)
        take_overlayfs "$2" "$3"
        remove_rest "$2"
        ensure_written
        ;;
    check) [ -e "$2/complete" ] || give_way "the seed is not complete" ;;
    complete)
        ensure_files_are_written "$2"
        : >"$2/complete"
        ;;
esac
