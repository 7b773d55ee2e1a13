/** The partly encrypted network as a file, its owner's key, and a user's session with the owner of a deployment. */
@org.jspecify.annotations.NullMarked
package io.tacit.client.privdnn;
