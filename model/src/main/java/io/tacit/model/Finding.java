package io.tacit.model;

/**
 * One reason why a network cannot be taken as it is.
 *
 * @param node name of the node in the file, or the nearest name known
 * @param operator the node's operator as the file has it, such as {@code Conv}
 * @param attributes the attributes that matter, such as {@code group=2, dilations=[2, 2]}; empty if none do
 * @param opset version of the operator set the file was written for; 0 if the finding is not about a file
 * @param problem what cannot be done, a clause
 * @param instead what to do instead, a clause
 */
public record Finding(String node, String operator, String attributes, int opset, String problem, String instead) {

    /** One line for people. */
    @Override
    public String toString() {
        StringBuilder line =
                new StringBuilder(operator).append(" \"").append(node).append('"');
        if (!attributes.isEmpty()) {
            line.append(" (").append(attributes).append(')');
        }
        if (opset > 0) {
            line.append(", opset ").append(opset);
        }
        return line.append(": ").append(problem).append("; ").append(instead).toString();
    }
}
