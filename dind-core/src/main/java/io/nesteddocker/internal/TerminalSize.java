package io.nesteddocker.internal;

/**
 * The size of a terminal in characters.
 *
 * @param columns how many go into a line
 * @param rows how many lines there are
 */
public record TerminalSize(int columns, int rows) {

    /** What terminals have had since the punched card. */
    public static final TerminalSize USUAL = new TerminalSize(80, 24);

    private static final int MOST = 65_535;

    /** Whether a kernel can take it: it counts both in 16 bits. */
    public boolean isPossible() {
        return columns >= 1 && columns <= MOST && rows >= 1 && rows <= MOST;
    }
}
