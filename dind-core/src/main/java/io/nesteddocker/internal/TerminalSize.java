package io.nesteddocker.internal;

/**
 * The size of a terminal in characters.
 *
 * @param columns the number of characters in a line
 * @param rows the number of lines
 */
public record TerminalSize(int columns, int rows) {

    /** The traditional size of a terminal. */
    public static final TerminalSize USUAL = new TerminalSize(80, 24);

    private static final int MOST = 65_535;

    /** Returns whether a kernel supports the size, which it stores in 16 bits for each number. */
    public boolean isPossible() {
        return columns >= 1 && columns <= MOST && rows >= 1 && rows <= MOST;
    }
}
