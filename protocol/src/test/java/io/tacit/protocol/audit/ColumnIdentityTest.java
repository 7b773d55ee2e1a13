package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.share.PrimeField;
import org.junit.jupiter.api.Test;

class ColumnIdentityTest {
    private static final GreyImages IMAGES = StrokeImages.draw(20, 51);

    @Test
    void zerosTellWhichImageAColumnIs() {
        InsecurePublishedView view = InsecurePublishedView.of(IMAGES, PrimeField.M31, InsecurePublishedView.prg(5));
        assertThat(ColumnIdentity.imageOfColumn(view.masked(), IMAGES)).isEqualTo(view.imageOfColumn());
    }

    @Test
    void otherImagesAreRefused() {
        InsecurePublishedView view = InsecurePublishedView.of(IMAGES, PrimeField.M31, InsecurePublishedView.prg(6));
        assertThatThrownBy(() -> ColumnIdentity.imageOfColumn(view.masked(), StrokeImages.draw(20, 52)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
