/** Private predictions for an application: open a {@link io.tacit.client.api.PrivateModel}, ask, close. */
@org.jspecify.annotations.NullMarked
package io.tacit.client.api;
