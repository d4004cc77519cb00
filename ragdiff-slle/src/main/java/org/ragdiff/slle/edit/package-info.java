/** Changes to silhouette landmarks: hem, sleeves, mirror image. */
package org.ragdiff.slle.edit;
