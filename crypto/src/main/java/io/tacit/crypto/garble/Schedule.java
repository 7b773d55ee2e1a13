package io.tacit.crypto.garble;

import java.util.Arrays;
import java.util.List;

/**
 * Orders the gates of a circuit and gives each wire a row to live in. AND gates come in levels (no gate of a level
 * depends on another of it), each XOR just before the first level that needs it. A row is given away after the last gate
 * that reads it, so that all rows stay in a core's cache.
 */
final class Schedule {
    private final byte[] kinds;
    private final int[] lefts;
    private final int[] rights;
    private final int[][] inputs;
    private final int[] outputs;
    private final List<Projection> projections;

    private final int[] order; // wires of needed gates, in order of execution
    private final boolean[] opensLevel;
    private int count;
    private int depth;

    Schedule(byte[] kinds, int[] lefts, int[] rights, int[][] inputs, int[] outputs, List<Projection> projections) {
        this.kinds = kinds;
        this.lefts = lefts;
        this.rights = rights;
        this.inputs = inputs;
        this.outputs = outputs;
        this.projections = projections;
        this.order = new int[kinds.length];
        this.opensLevel = new boolean[kinds.length];
    }

    Circuit circuit() {
        arrange(needed());
        return assign();
    }

    /** The literals that are read after the last gate. */
    private int[] wanted() {
        int[] wanted = Arrays.copyOf(outputs, outputs.length + projections.size());
        for (int i = 0; i < projections.size(); i++) {
            wanted[outputs.length + i] = projections.get(i).source();
        }
        return wanted;
    }

    private boolean[] needed() {
        boolean[] needed = new boolean[kinds.length];
        for (int literal : wanted()) {
            needed[literal >> 1] = true;
        }
        for (int wire = kinds.length - 1; wire > 0; wire--) {
            if (needed[wire] && kinds[wire] != CircuitBuilder.INPUT) {
                needed[lefts[wire] >> 1] = true;
                needed[rights[wire] >> 1] = true;
            }
        }
        return needed;
    }

    /** Wires are numbered so that a gate comes after its inputs: one pass gives levels, a second one sorts by them. */
    private void arrange(boolean[] needed) {
        int[] level = new int[kinds.length];
        for (int wire = 1; wire < kinds.length; wire++) {
            if (kinds[wire] != CircuitBuilder.INPUT) {
                int deepest = Math.max(level[lefts[wire] >> 1], level[rights[wire] >> 1]);
                level[wire] = kinds[wire] == CircuitBuilder.AND ? deepest + 1 : deepest;
                if (needed[wire]) {
                    depth = Math.max(depth, level[wire]);
                }
            }
        }
        int[][] andsOfLevel = new int[depth + 1][];
        int[] sizes = new int[depth + 1];
        for (int pass = 0; pass < 2; pass++) {
            Arrays.fill(sizes, 0);
            for (int wire = 1; wire < kinds.length; wire++) {
                if (needed[wire] && kinds[wire] == CircuitBuilder.AND) {
                    if (pass == 1) {
                        andsOfLevel[level[wire]][sizes[level[wire]]] = wire;
                    }
                    sizes[level[wire]]++;
                }
            }
            for (int i = 0; pass == 0 && i <= depth; i++) {
                andsOfLevel[i] = new int[sizes[i]];
            }
        }
        boolean[] placed = new boolean[kinds.length];
        int[] stack = new int[kinds.length];
        for (int i = 1; i <= depth; i++) {
            for (int wire : andsOfLevel[i]) {
                placeSums(lefts[wire] >> 1, placed, stack);
                placeSums(rights[wire] >> 1, placed, stack);
            }
            opensLevel[count] = true;
            for (int wire : andsOfLevel[i]) {
                order[count++] = wire;
                placed[wire] = true;
            }
        }
        for (int literal : wanted()) {
            placeSums(literal >> 1, placed, stack);
        }
    }

    /** Places the XOR gates that the wire consists of, deepest first, without recursion. */
    private void placeSums(int wire, boolean[] placed, int[] stack) {
        int size = 0;
        stack[size++] = wire;
        while (size > 0) {
            int top = stack[size - 1];
            if (kinds[top] != CircuitBuilder.XOR || placed[top]) {
                size--;
                continue;
            }
            int left = lefts[top] >> 1;
            int right = rights[top] >> 1;
            if (kinds[left] == CircuitBuilder.XOR && !placed[left]) {
                stack[size++] = left;
            } else if (kinds[right] == CircuitBuilder.XOR && !placed[right]) {
                stack[size++] = right;
            } else {
                order[count++] = top;
                placed[top] = true;
                size--;
            }
        }
    }

    private Circuit assign() {
        int never = Integer.MAX_VALUE;
        int[] lastUse = new int[kinds.length];
        Arrays.fill(lastUse, -1);
        for (int i = 0; i < count; i++) {
            lastUse[lefts[order[i]] >> 1] = i;
            lastUse[rights[order[i]] >> 1] = i;
        }
        for (int literal : wanted()) {
            lastUse[literal >> 1] = never;
        }
        int[] row = new int[kinds.length];
        Arrays.fill(row, Circuit.NO_ROW);
        int[] free = new int[kinds.length];
        int freeCount = 0;
        int rows = 0;
        int[][] inputRows = new int[inputs.length][];
        for (int kind = 0; kind < inputs.length; kind++) {
            inputRows[kind] = new int[inputs[kind].length];
            for (int i = 0; i < inputs[kind].length; i++) {
                int wire = inputs[kind][i];
                if (lastUse[wire] >= 0) {
                    row[wire] = rows++;
                }
                inputRows[kind][i] = row[wire];
            }
        }
        int[] program = new int[count * Circuit.GATE_INTS];
        int ands = 0;
        for (int i = 0; i < count; i++) {
            int wire = order[i];
            int left = lefts[wire] >> 1;
            int right = rights[wire] >> 1;
            boolean and = kinds[wire] == CircuitBuilder.AND;
            int at = i * Circuit.GATE_INTS;
            program[at + 1] = row[left] << 1 | lefts[wire] & 1;
            program[at + 2] = row[right] << 1 | rights[wire] & 1;
            if (lastUse[left] == i) {
                free[freeCount++] = row[left];
            }
            if (lastUse[right] == i && right != left) {
                free[freeCount++] = row[right];
            }
            row[wire] = freeCount > 0 ? free[--freeCount] : rows++;
            program[at] = row[wire] << 2 | (opensLevel[i] ? Circuit.OPENS_LEVEL : 0) | (and ? Circuit.IS_AND : 0);
            ands += and ? 1 : 0;
        }
        int[] outputRows = new int[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            int wire = outputs[i] >> 1;
            outputRows[i] = (wire == 0 ? Circuit.NO_ROW : row[wire]) << 1 | outputs[i] & 1;
        }
        List<Projection> placed = projections.stream()
                .map(p -> new Projection(row[p.source() >> 1] << 1 | p.source() & 1, p.firstMask(), p.width()))
                .toList();
        return new Circuit(program, inputRows, outputRows, placed, rows, ands, depth);
    }
}
