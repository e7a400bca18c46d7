/** A program on the module path that knows nothing but the public package. */
module blackbox {
    requires io.nesteddocker;
}
