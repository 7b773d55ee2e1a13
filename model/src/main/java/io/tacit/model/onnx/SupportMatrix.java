package io.tacit.model.onnx;

import java.util.Locale;

/** The table of operators, as the code has it, for {@code docs/support-matrix.md}. */
public final class SupportMatrix {

    private SupportMatrix() {}

    /** The page, in Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder();
        page.append("# ONNX operators\n\n")
                .append(
                        "This page is generated from the code (`io.tacit.model.onnx.SupportMatrix`); a test fails where the two"
                                + " differ.\n\n")
                .append("Files of opsets 7 to ")
                .append(OperatorTable.MAX_OPSET)
                .append(
                        " are read; older ones as far as their operators mean the same. *Float* is evaluation in the clear;"
                                + " *private* is what every protocol can compute on hidden data. What is computed from constants"
                                + " alone is folded, whatever the operator.\n\n")
                .append("| operator | opsets | float | private | notes |\n|---|---|---|---|---|\n");
        for (OperatorTable.Entry entry : OperatorTable.all()) {
            boolean classic = entry.domain().equals(OperatorTable.CLASSIC);
            page.append("| ")
                    .append(classic ? entry.domain() + "." : "")
                    .append(entry.type())
                    .append(" | ")
                    .append(opsets(entry, classic))
                    .append(" | ")
                    .append(onlyKnown(entry) ? "constants" : "yes")
                    .append(" | ")
                    .append(entry.use().text())
                    .append(" | ")
                    .append(entry.note())
                    .append(" |\n");
        }
        page.append(
                "\nOne input and one output take part in a private query. Of a network that returns a label beside its"
                        + " scores, the scores are taken; a last Softmax, LogSoftmax, Sigmoid or ArgMax is left to the receiver of"
                        + " the scores, because it changes neither the label nor the order of scores. Three dimensions of space,"
                        + " integer arithmetic, control flow, training mode and shapes that depend on the input are refused, each"
                        + " by name and all at once.\n");
        return page.toString();
    }

    private static String opsets(OperatorTable.Entry entry, boolean classic) {
        return classic
                ? String.format(Locale.ROOT, "%d+ (%s)", entry.since(), OperatorTable.CLASSIC)
                : Math.max(entry.since(), OperatorTable.MIN_NAMED_OPSET) + " to " + OperatorTable.MAX_OPSET;
    }

    private static boolean onlyKnown(OperatorTable.Entry entry) {
        return entry.note().startsWith(OperatorTable.KNOWN_ONLY);
    }
}
