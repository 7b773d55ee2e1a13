package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import java.util.Arrays;

/**
 * The paper's own indistinguishability game: the adversary names two inputs, the user masks one of them, chosen by a coin,
 * the adversary says which. This adversary names the same picture several times over (rank 1), or once and then
 * other pictures, and computes the rank of what the cloud received over F_p: no invertible factor changes it.
 */
final class RankGame {
    /** Pictures of a batch. */
    static final int BATCH = 4;

    private final GreyImages pictures;
    private final CloudView view;

    /** @param pictures that the adversary chooses from */
    RankGame(GreyImages pictures, CloudView view) {
        this.pictures = pictures;
        this.view = view;
    }

    /** Plays some games and returns how many the adversary won. */
    int play(int games, Prg prg) {
        int won = 0;
        for (int game = 0; game < games; game++) {
            int[] different = new int[BATCH];
            different[0] = prg.nextBelow(pictures.count());
            for (int i = 1; i < BATCH; i++) {
                different[i] = (different[0] + 1 + prg.nextBelow(pictures.count() - 1)) % pictures.count();
            }
            int[] same = new int[BATCH];
            Arrays.fill(same, different[0]);
            boolean coin = (prg.nextInt() & 1) != 0;
            ResidueMatrix received = view.send(pictures.select(coin ? different : same));
            // What has rank 1 was one picture; all else is answered with the other choice.
            boolean answer = received.rank() > 1;
            won += answer == coin ? 1 : 0;
        }
        return won;
    }
}
