/*
 * Makes a layer of an image usable for another engine on the same disk.
 *
 *   layer link FOLDER NEW               makes a copy of the folder, in which each file is a hard link, so that it takes no space
 *   layer archive FOLDER <RECIPE >TAR   writes the tar archive of the layer again, from its files
 *   layer sync FILE...                  waits until the files are on the disk
 *
 * Folders can't be linked, so the copy has new ones with the same owner, permissions, time and extended attributes. One of the attributes
 * marks a folder that hides the content of the same folder in lower layers; the cp of busybox would lose it.
 *
 * An engine with the classic store keeps no archives. It keeps the files, in FOLDER, and beside them a recipe by which the archive can be
 * made again, byte for byte: https://github.com/vbatts/tar-split. Each line of the recipe is a JSON object. An object of type 2 contains
 * bytes of the archive, in Base64; an object of type 1 contains the name and the size of the file whose content comes next, with a checksum
 * (CRC-64 of ISO 3309, Base64). A line of type 0 must be the last one: the caller appends it after it has unpacked the whole recipe.
 *
 * Exit code 0 means that the archive is on the disk. With exit code 1, a sentence on standard error gives the reason.
 */
#include "layer.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { BUFFER = 512 * 1024, LEAST_READ = 64 * 1024, SYNC_STEP = 8 * 1024 * 1024, CHECKSUM_BYTES = 8, TYPE_END = 0, TYPE_FILE = 1, TYPE_BYTES = 2 };
enum { LONGEST_ATTRIBUTES = 64 * 1024, MOST_FOLDERS = 300, MOST_TRIES = 100, ALL_PERMISSIONS = 07777 };

/* From linux/openat2.h, which some C libraries lack. */
struct how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};
static const uint64_t RESOLVE_NO_MAGICLINKS_BIT = 0x02;
static const uint64_t RESOLVE_IN_ROOT_BIT = 0x10;

struct text {
    char *start;
    size_t length;
};

/* A line of the recipe. */
struct entry {
    uint64_t type;
    uint64_t size;
    struct text name;
    struct text raw_name;
    struct text payload;
};

static unsigned char buffer[BUFFER];
static size_t used;
static uint64_t tables[8][256];

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    return 1;
}

/* Starts the writing to the disk while the rest is read, so that the wait at the end is short. */
static void begin_to_sync(size_t length)
{
    static off_t written;
    static off_t begun;
    written += (off_t)length;
    if (written - begun >= SYNC_STEP) {
        sync_file_range(STDOUT_FILENO, begun, written - begun, SYNC_FILE_RANGE_WRITE);
        begun = written;
    }
}

static bool flush(void)
{
    size_t done = 0;
    while (done < used) {
        ssize_t count = write(STDOUT_FILENO, buffer + done, used - done);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    begin_to_sync(used);
    used = 0;
    return true;
}

static bool put(const char *bytes, size_t length)
{
    while (length > 0) {
        size_t count = length < BUFFER - used ? length : BUFFER - used;
        memcpy(buffer + used, bytes, count);
        used += count;
        bytes += count;
        length -= count;
        if (used == BUFFER && !flush()) {
            return false;
        }
    }
    return true;
}

static void make_tables(void)
{
    for (unsigned i = 0; i < 256; i++) {
        uint64_t sum = i;
        for (int bit = 0; bit < 8; bit++) {
            sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xD800000000000000u : sum >> 1;
        }
        tables[0][i] = sum;
    }
    for (unsigned i = 0; i < 256; i++) {
        for (int k = 1; k < 8; k++) {
            tables[k][i] = tables[0][tables[k - 1][i] & 0xFF] ^ (tables[k - 1][i] >> 8);
        }
    }
}

/* Processes eight bytes at a time, which is several times as fast as one byte at a time. */
static uint64_t checksum(uint64_t sum, const unsigned char *bytes, size_t length)
{
    sum = ~sum;
    for (; length >= 8; bytes += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        sum ^= le64toh(word);
        sum = tables[7][sum & 0xFF] ^ tables[6][sum >> 8 & 0xFF] ^ tables[5][sum >> 16 & 0xFF] ^ tables[4][sum >> 24 & 0xFF] ^
              tables[3][sum >> 32 & 0xFF] ^ tables[2][sum >> 40 & 0xFF] ^ tables[1][sum >> 48 & 0xFF] ^ tables[0][sum >> 56];
    }
    for (; length > 0; bytes++, length--) {
        sum = tables[0][(sum ^ *bytes) & 0xFF] ^ (sum >> 8);
    }
    return ~sum;
}

static int base64_digit(char letter)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *place = letter == 0 ? NULL : strchr(letters, letter);
    return place == NULL ? -1 : (int)(place - letters);
}

/* Decodes Base64 in place, because the result is shorter. */
static bool decode(struct text *text)
{
    size_t length = text->length;
    while (length > 0 && text->length - length < 2 && text->start[length - 1] == '=') {
        length--;
    }
    if (text->length % 4 != 0 || length % 4 == 1) {
        return false;
    }
    size_t out = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = base64_digit(text->start[i]);
        if (digit < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
        if (i % 4 != 0) {
            text->start[out++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xFF);
        }
    }
    text->length = out;
    return true;
}

static void skip_blanks(char **at)
{
    while (**at == ' ' || **at == '\t' || **at == '\r' || **at == '\n') {
        (*at)++;
    }
}

static bool take(char **at, char expected)
{
    skip_blanks(at);
    if (**at != expected) {
        return false;
    }
    (*at)++;
    return true;
}

static bool four_digits(char **at, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++, (*at)++) {
        char letter = **at;
        uint32_t digit;
        if (letter >= '0' && letter <= '9') {
            digit = (uint32_t)(letter - '0');
        } else if ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'f') {
            digit = (uint32_t)((letter | 0x20) - 'a' + 10);
        } else {
            return false;
        }
        *value = *value << 4 | digit;
    }
    return true;
}

/* Writes a character in UTF-8, over its escape: six bytes of an escape give at most three bytes, twelve give at most four. */
static char *put_character(char *out, uint32_t value)
{
    if (value < 0x80) {
        *out++ = (char)value;
    } else if (value < 0x800) {
        *out++ = (char)(0xC0 | value >> 6);
        *out++ = (char)(0x80 | (value & 0x3F));
    } else if (value < 0x10000) {
        *out++ = (char)(0xE0 | value >> 12);
        *out++ = (char)(0x80 | (value >> 6 & 0x3F));
        *out++ = (char)(0x80 | (value & 0x3F));
    } else {
        *out++ = (char)(0xF0 | value >> 18);
        *out++ = (char)(0x80 | (value >> 12 & 0x3F));
        *out++ = (char)(0x80 | (value >> 6 & 0x3F));
        *out++ = (char)(0x80 | (value & 0x3F));
    }
    return out;
}

static bool take_escape(char **at, char **out)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    char letter = *(*at)++;
    if (letter != 'u') {
        const char *place = letter == 0 ? NULL : strchr(escapes, letter);
        if (place == NULL) {
            return false;
        }
        *(*out)++ = meanings[place - escapes];
        return true;
    }
    uint32_t value;
    uint32_t low;
    if (!four_digits(at, &value)) {
        return false;
    }
    if (value >= 0xD800 && value < 0xDC00) {
        if (*(*at)++ != '\\' || *(*at)++ != 'u' || !four_digits(at, &low) || low < 0xDC00 || low > 0xDFFF) {
            return false;
        }
        value = 0x10000 + ((value & 0x3FF) << 10 | (low & 0x3FF));
    }
    *out = put_character(*out, value);
    return true;
}

/* Reads a text in quotes, and resolves its escapes in place. */
static bool take_text(char **at, struct text *text)
{
    if (!take(at, '"')) {
        return false;
    }
    char *out = *at;
    text->start = out;
    while (**at != '"') {
        if (**at == 0) {
            return false;
        }
        if (**at == '\\') {
            (*at)++;
            if (!take_escape(at, &out)) {
                return false;
            }
        } else {
            *out++ = *(*at)++;
        }
    }
    (*at)++;
    text->length = (size_t)(out - text->start);
    return true;
}

static bool take_number(char **at, uint64_t *number)
{
    skip_blanks(at);
    if (**at < '0' || **at > '9') {
        return false;
    }
    *number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        if (*number > (UINT64_MAX >> 4) / 10) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(**at - '0');
    }
    return true;
}

static bool is(const struct text *text, const char *word)
{
    return text->length == strlen(word) && memcmp(text->start, word, text->length) == 0;
}

static bool take_member(char **at, struct entry *entry)
{
    struct text key;
    struct text other;
    uint64_t number;
    if (!take_text(at, &key) || !take(at, ':')) {
        return false;
    }
    skip_blanks(at);
    if (**at == '"') {
        struct text *target = is(&key, "name") ? &entry->name : is(&key, "name_raw") ? &entry->raw_name : is(&key, "payload") ? &entry->payload : &other;
        return take_text(at, target);
    }
    if (strncmp(*at, "null", 4) == 0) {
        *at += 4;
        return true;
    }
    uint64_t *target = is(&key, "type") ? &entry->type : is(&key, "size") ? &entry->size : &number;
    return take_number(at, target);
}

static bool take_entry(char *line, struct entry *entry)
{
    memset(entry, 0, sizeof *entry);
    char *at = line;
    if (!take(&at, '{')) {
        return false;
    }
    do {
        if (!take_member(&at, entry)) {
            return false;
        }
    } while (take(&at, ','));
    if (!take(&at, '}')) {
        return false;
    }
    skip_blanks(&at);
    return *at == 0 && decode(&entry->payload) && decode(&entry->raw_name);
}

/* For kernels before 5.6. A symbolic link in the path is an error. */
static int walk_to_file(int folder, char *name)
{
    int at = dup(folder);
    char *rest = NULL;
    for (char *part = strtok_r(name, "/", &rest); part != NULL && at >= 0;) {
        char *next = strtok_r(NULL, "/", &rest);
        int flags = next != NULL ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK;
        int below = strcmp(part, "..") == 0 ? -1 : openat(at, part, flags | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        at = below;
        part = next;
    }
    return at;
}

/* A symbolic link of the layer is resolved as in a container, and never leads out of the folder. */
static int open_file(int folder, char *name)
{
    struct how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, .resolve = RESOLVE_IN_ROOT_BIT | RESOLVE_NO_MAGICLINKS_BIT};
    int file = -1;
    /* The call can fail with EAGAIN if any folder is renamed meanwhile. */
    for (int tries = 0; tries < MOST_TRIES && file < 0 && (tries == 0 || errno == EAGAIN); tries++) {
        file = (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
    }
    return file < 0 && (errno == ENOSYS || errno == EPERM) ? walk_to_file(folder, name) : file;
}

static bool put_content(int file, uint64_t size, uint64_t *sum)
{
    *sum = 0;
    while (size > 0) {
        if (BUFFER - used < LEAST_READ && !flush()) {
            return false;
        }
        size_t most = size < BUFFER - used ? (size_t)size : BUFFER - used;
        ssize_t count = read(file, buffer + used, most);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            errno = count == 0 ? EIO : errno;
            return false;
        }
        *sum = checksum(*sum, buffer + used, (size_t)count);
        used += (size_t)count;
        size -= (uint64_t)count;
    }
    return true;
}

static int put_file(int folder, struct entry *entry)
{
    struct text *name = entry->raw_name.length > 0 ? &entry->raw_name : &entry->name;
    if (entry->size == 0) {
        return 0;
    }
    if (name->length == 0 || memchr(name->start, 0, name->length) != NULL) {
        return fail("a file of the layer", "the recipe has no name for it");
    }
    name->start[name->length] = 0;
    int file = open_file(folder, name->start);
    struct stat facts;
    if (file < 0 || fstat(file, &facts) != 0) {
        return fail(name->start, strerror(errno));
    }
    uint64_t sum;
    const char *problem = NULL;
    if (!S_ISREG(facts.st_mode) || (uint64_t)facts.st_size != entry->size) {
        problem = "it is no file of the size that the layer had";
    } else if (!put_content(file, entry->size, &sum)) {
        problem = strerror(errno);
    } else {
        unsigned char expected[CHECKSUM_BYTES];
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            expected[i] = (unsigned char)(sum >> (8 * (CHECKSUM_BYTES - 1 - i)));
        }
        if (entry->payload.length != CHECKSUM_BYTES || memcmp(entry->payload.start, expected, CHECKSUM_BYTES) != 0) {
            problem = "its content is not what the layer had";
        }
    }
    close(file);
    return problem == NULL ? 0 : fail(name->start, problem);
}

static int write_archive(const char *path)
{
    int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return fail(path, strerror(errno));
    }
    make_tables();
    static char *line;
    static size_t room;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        struct entry entry;
        if (memchr(line, 0, (size_t)length) != NULL || !take_entry(line, &entry)) {
            return fail("the recipe of the layer", "a line is not understood");
        }
        if (entry.type == TYPE_END) {
            if (!flush() || (fdatasync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS)) {
                return fail("the archive of the layer", strerror(errno));
            }
            return 0;
        }
        if (entry.type == TYPE_BYTES) {
            if (!put(entry.payload.start, entry.payload.length)) {
                return fail("the archive of the layer", strerror(errno));
            }
        } else if (entry.type != TYPE_FILE) {
            return fail("the recipe of the layer", "a line has a type that is not known");
        } else if (put_file(folder, &entry) != 0) {
            return 1;
        }
    }
    return fail("the recipe of the layer", "it ends too early");
}

static bool copy_attributes(int from, int to)
{
    static char names[LONGEST_ATTRIBUTES];
    static char value[LONGEST_ATTRIBUTES];
    ssize_t length = flistxattr(from, names, sizeof names);
    if (length < 0) {
        return errno == ENOTSUP;
    }
    for (const char *name = names; name < names + length; name += strlen(name) + 1) {
        ssize_t size = fgetxattr(from, name, value, sizeof value);
        bool copied = size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) == 0;
        /* The machine gives new folders these attributes itself. */
        if (!copied && strncmp(name, "security.", strlen("security.")) != 0) {
            return false;
        }
    }
    return true;
}

/* The name of the file or folder that could not be linked, for the error message. */
static char culprit[256];

static bool link_entries(int from, int to, int depth);

/* Makes a copy of a folder, with hard links to its files. */
static bool link_folder(int from, const char *name, int to, const char *new_name, int depth)
{
    if (depth == MOST_FOLDERS) {
        errno = ENAMETOOLONG;
        return false;
    }
    int source = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat facts;
    if (source < 0 || fstat(source, &facts) != 0 || mkdirat(to, new_name, S_IRWXU) != 0) {
        return false;
    }
    int target = openat(to, new_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const struct timespec times[2] = {facts.st_atim, facts.st_mtim};
    bool good = target >= 0 && link_entries(source, target, depth) && copy_attributes(source, target) &&
                fchown(target, facts.st_uid, facts.st_gid) == 0 && fchmod(target, facts.st_mode & ALL_PERMISSIONS) == 0 && futimens(target, times) == 0;
    int reason = errno;
    close(source);
    close(target);
    errno = reason;
    return good;
}

static bool link_entry(int from, int to, const char *name, int depth)
{
    struct stat facts;
    if (fstatat(from, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        return false;
    }
    return S_ISDIR(facts.st_mode) ? link_folder(from, name, to, name, depth + 1) : linkat(from, name, to, name, 0) == 0;
}

static bool link_entries(int from, int to, int depth)
{
    /* Reading a folder needs a second descriptor. */
    DIR *entries = fdopendir(dup(from));
    if (entries == NULL) {
        return false;
    }
    bool good = true;
    struct dirent *entry;
    while ((errno = 0, entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !link_entry(from, to, entry->d_name, depth)) {
            int reason = errno;
            if (culprit[0] == 0) {
                snprintf(culprit, sizeof culprit, "%s", entry->d_name);
            }
            errno = reason;
            good = false;
            break;
        }
    }
    good = good && errno == 0;
    int reason = errno;
    closedir(entries);
    errno = reason;
    return good;
}

static int link_layer(const char *folder, const char *target)
{
    return link_folder(AT_FDCWD, folder, AT_FDCWD, target, 0) ? 0 : fail(culprit[0] == 0 ? folder : culprit, strerror(errno));
}

static int sync_files(char **names)
{
    for (; *names != NULL; names++) {
        int file = open(*names, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (file < 0 || fdatasync(file) != 0) {
            return fail(*names, strerror(errno));
        }
        close(file);
    }
    return 0;
}

int layer(int count, char **words)
{
    if (count == 4 && strcmp(words[1], "link") == 0) {
        return link_layer(words[2], words[3]);
    }
    if (count == 3 && strcmp(words[1], "archive") == 0) {
        return write_archive(words[2]);
    }
    if (count >= 3 && strcmp(words[1], "sync") == 0) {
        return sync_files(words + 2);
    }
    return fail("layer", "it takes link FOLDER NEW, archive FOLDER, or sync FILE...");
}
