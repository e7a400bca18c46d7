package io.nesteddocker.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A plain table. The first column is left-aligned, the others are right-aligned, and each is as wide as its widest cell. */
final class Table {

    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    Table(String... headings) {
        columns = headings.length;
        rows.add(List.of(headings));
    }

    /** Adds a row. If it has fewer cells than headings, the last cell is free text of any width. */
    Table row(String... cells) {
        if (cells.length > columns) {
            throw new IllegalArgumentException(
                    "Tried to add " + Arrays.toString(cells) + " to a table of " + columns + " columns.");
        }
        rows.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            int fixed = row.size() == columns ? columns : row.size() - 1;
            for (int column = 0; column < fixed; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < rows.size(); index++) {
            text.append(line(rows.get(index), widths)).append('\n');
            if (index == 0) {
                int width = Arrays.stream(widths).sum() + GAP.length() * (columns - 1);
                text.append("-".repeat(width)).append('\n');
            }
        }
        return text.toString();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            String padding = " ".repeat(Math.max(0, widths[column] - cell.length()));
            boolean freeText = row.size() < columns && column == row.size() - 1;
            line.append(column == 0 ? "" : GAP)
                    .append(column == 0 || freeText ? cell : padding + cell)
                    .append(column == 0 ? padding : "");
        }
        return line.toString().stripTrailing();
    }
}
