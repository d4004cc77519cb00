package org.ragdiff.diffusion.sampler;

import org.junit.jupiter.api.Nested;

/** One kind of sampler of each way to step. */
class SamplerContractTest {
    abstract static class Named extends SamplerContract {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected Sampler sampler() {
            return KnownData.normal(name, 0, 1).sampler();
        }
    }

    @Nested
    class Ddim extends Named {
        Ddim() {
            super("ddim");
        }
    }

    @Nested
    class Ddpm extends Named {
        Ddpm() {
            super("ddpm");
        }
    }

    @Nested
    class Pndm extends Named {
        Pndm() {
            super("pndm");
        }
    }

    @Nested
    class Plms extends Named {
        Plms() {
            super("plms");
        }
    }

    @Nested
    class Euler extends Named {
        Euler() {
            super("euler");
        }
    }

    @Nested
    class EulerA extends Named {
        EulerA() {
            super("euler-a");
        }
    }

    @Nested
    class Heun extends Named {
        Heun() {
            super("heun");
        }
    }

    @Nested
    class Lms extends Named {
        Lms() {
            super("lms");
        }
    }

    @Nested
    class Kdpm2 extends Named {
        Kdpm2() {
            super("kdpm2");
        }
    }

    @Nested
    class Kdpm2A extends Named {
        Kdpm2A() {
            super("kdpm2-a");
        }
    }

    @Nested
    class Dpmpp2m extends Named {
        Dpmpp2m() {
            super("dpmpp2m");
        }
    }

    @Nested
    class Dpmpp3m extends Named {
        Dpmpp3m() {
            super("dpmpp3m");
        }
    }

    @Nested
    class Dpmpp2s extends Named {
        Dpmpp2s() {
            super("dpmpp2s");
        }
    }

    @Nested
    class SdeDpmpp2m extends Named {
        SdeDpmpp2m() {
            super("sde-dpmpp2m");
        }
    }

    @Nested
    class Unipc extends Named {
        Unipc() {
            super("unipc");
        }
    }

    @Nested
    class Deis extends Named {
        Deis() {
            super("deis");
        }
    }

    @Nested
    class Lcm extends Named {
        Lcm() {
            super("lcm");
        }
    }

    @Nested
    class Tcd extends Named {
        Tcd() {
            super("tcd");
        }
    }

    @Nested
    class EdmEuler extends Named {
        EdmEuler() {
            super("edm-euler");
        }
    }

    @Nested
    class FlowEuler extends Named {
        FlowEuler() {
            super("flow-euler");
        }
    }

    @Nested
    class FlowHeun extends Named {
        FlowHeun() {
            super("flow-heun");
        }
    }

    @Nested
    class EdmDpmpp2m extends Named {
        EdmDpmpp2m() {
            super("edm-dpmpp2m");
        }
    }

    @Nested
    class Consistency extends Named {
        Consistency() {
            super("consistency");
        }
    }

    @Nested
    class Unclip extends Named {
        Unclip() {
            super("unclip");
        }
    }
}
