package io.tacit.protocol.seco;

import io.tacit.protocol.material.DelegatingStore;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import java.util.function.Predicate;

/** A store in which pieces can turn out to be torn when they are claimed by their ids; as stores do, it then discards them. */
final class TearableStore extends DelegatingStore {
    private volatile Predicate<MaterialKind> torn = kind -> false;

    TearableStore(MaterialStore store) {
        super(store);
    }

    /** From now on pieces of these kinds are torn. */
    void tear(Predicate<MaterialKind> kinds) {
        torn = kinds;
    }

    @Override
    public Claim claim(MaterialKind kind, MaterialId id) {
        Claim claim = super.claim(kind, id);
        if (torn.test(kind)) {
            claim.close();
            throw new MaterialException("torn, as the test wants it");
        }
        return claim;
    }
}
