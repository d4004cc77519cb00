/** Adapters of a frozen UNet: T2I-Adapter and IP-Adapter. */
package org.ragdiff.diffusion.diffusers.adapter;
