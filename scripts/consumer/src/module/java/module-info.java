/** A user's module, which needs the library and nothing else. */
module consumer {
    requires io.nesteddocker;
}
