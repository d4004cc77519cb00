/** Photos that commands are given: found in folders, read, cropped to the garment. */
package org.ragdiff.cli.photo;
