package io.tacit.client.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The five protocols as a deployment sees them: their modes, their roles, and which roles listen on a port. */
public enum TrustSetting {
    /** Two servers that do not collude, model and query both shared out. */
    OUTSOURCED(List.of("hardened"), List.of("owner", "client"), List.of("garbler", "evaluator"), "", 0, 0),
    /** One user, clouds that multiply and may cheat. */
    SECURENETS(List.of("blinded", "weights-public", "published"), List.of("user"), List.of(), "cloud", 1, 3),
    /** Client and server with Paillier ciphertexts. */
    POPCORN(List.of("hardened", "published"), List.of("client"), List.of("server"), "", 0, 0),
    /** An owner who ships a partly encrypted model, and its user. */
    PRIVDNN(List.of("hardened", "published"), List.of("user"), List.of("owner"), "", 0, 0),
    /** A gateway with the first layers, servers that share the rest. */
    SECO(List.of("hardened", "published"), List.of("user"), List.of("gateway"), "server", 1, 15);

    private final List<String> modes;
    private final List<String> callingRoles;
    private final List<String> listeningRoles;
    private final String numberedRole;
    private final int fewest;
    private final int most;

    /**
     * @param callingRoles roles that only dial
     * @param listeningRoles roles that serve a port, so that they need an endpoint
     * @param numberedRole stem of listening roles {@code stem-1 .. stem-n}; empty for none
     * @param fewest least n
     * @param most greatest n
     */
    TrustSetting(
            List<String> modes,
            List<String> callingRoles,
            List<String> listeningRoles,
            String numberedRole,
            int fewest,
            int most) {
        this.modes = modes;
        this.callingRoles = callingRoles;
        this.listeningRoles = listeningRoles;
        this.numberedRole = numberedRole;
        this.fewest = fewest;
        this.most = most;
    }

    /** Name in files and on the command line, such as {@code securenets}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TrustSetting> ofId(String id) {
        for (TrustSetting setting : values()) {
            if (setting.id().equals(id)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    /** Modes that a deployment may name, the default first. */
    public List<String> modes() {
        return modes;
    }

    /** The role that asks for predictions. */
    public String askingRole() {
        return callingRoles.get(callingRoles.size() - 1);
    }

    /** Whether a party of this role serves a port. */
    public boolean listens(String role) {
        return listeningRoles.contains(role)
                || (!numberedRole.isEmpty() && role.matches(numberedRole + "-[1-9][0-9]?"));
    }

    /** Whether a party of this role has a key under which messages for it pass through others. */
    public boolean opensSealed(String role) {
        return this == SECO && listens(role);
    }

    /** All roles of a deployment with {@code numbered} clouds or servers, in the order people expect. */
    public List<String> roles(int numbered) {
        if (numbered < fewest || numbered > most) {
            throw new IllegalArgumentException(numbered + " is not between " + fewest + " and " + most);
        }
        List<String> roles = new ArrayList<>(callingRoles);
        roles.addAll(listeningRoles);
        for (int i = 1; i <= numbered; i++) {
            roles.add(numberedRole + "-" + i);
        }
        return List.copyOf(roles);
    }

    /** What is wrong with this set of roles in that mode, as sentences; empty if nothing. */
    List<String> findings(String mode, Set<String> roles) {
        List<String> findings = new ArrayList<>();
        long numbered = roles.stream()
                .filter(role -> role.startsWith(numberedRole + "-"))
                .count();
        if (numberedRole.isEmpty()) {
            numbered = 0;
        }
        Map.Entry<Integer, Integer> range = numberedRange(mode);
        if (numbered < range.getKey() || numbered > range.getValue()) {
            findings.add(id() + " in mode " + mode + " needs " + range.getKey() + " to " + range.getValue() + " roles "
                    + numberedRole + "-1, " + numberedRole + "-2, ...; there are " + numbered);
            numbered = Math.max(range.getKey(), Math.min(range.getValue(), numbered));
        }
        List<String> expected = roles((int) numbered);
        for (String role : expected) {
            if (!roles.contains(role)) {
                findings.add("role " + role + " is missing");
            }
        }
        Set<String> unknown =
                roles.stream().filter(role -> !expected.contains(role)).collect(Collectors.toSet());
        unknown.stream()
                .sorted()
                .forEach(role -> findings.add(
                        id() + " has no role " + role + " here (roles: " + String.join(", ", expected) + ")"));
        return findings;
    }

    private Map.Entry<Integer, Integer> numberedRange(String mode) {
        return switch (this) {
            case SECURENETS -> mode.equals("blinded") ? Map.entry(2, most) : Map.entry(1, 1);
            case SECO -> mode.equals("published") ? Map.entry(2, 2) : Map.entry(fewest, most);
            default -> Map.entry(fewest, most);
        };
    }
}
