using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>The steps of an appraisal, in their order (spec/attestation.md, "Steps"). The first seven are the vendor format's, the rest the policy's.</summary>
public static class StepCodes
{
    /// <summary>The evidence is read strictly.</summary>
    public const string Parse = "tee/parse";

    /// <summary>The attester's key signed it.</summary>
    public const string Signature = "tee/signature";

    /// <summary>Certificates lead from that key to the vendor's root, and were in force.</summary>
    public const string Chain = "tee/chain";

    /// <summary>None of them is revoked, by the vendor's lists.</summary>
    public const string Revocation = "tee/revocation";

    /// <summary>The vendor's statements about the platform are there, signed, in force and about this platform.</summary>
    public const string Collateral = "tee/collateral";

    /// <summary>Who signed is what may sign evidence of this kind: key kind, product, chip, quoting enclave.</summary>
    public const string Signer = "tee/signer";

    /// <summary>The platform's security version has a known status, and its parts don't contradict each other.</summary>
    public const string Tcb = "tee/tcb";

    /// <summary>The policy accepts this type of evidence, and is in force.</summary>
    public const string Policy = "tee/policy";

    /// <summary>The policy accepts the mode that it runs in: no debugger, no migration, and so on.</summary>
    public const string Mode = "tee/mode";

    /// <summary>The platform's security version is one that the policy accepts.</summary>
    public const string Floor = "tee/floor";

    /// <summary>The measurements are those of a build that the policy names.</summary>
    public const string Build = "tee/build";

    /// <summary>The grade is one that the policy accepts, and the platform isn't refused.</summary>
    public const string Platform = "tee/platform";

    /// <summary>The evidence carries the binding, and the binding is about the key, node and build that are asked about.</summary>
    public const string Binding = "tee/binding";

    /// <summary>It was made for this nonce, or recently enough.</summary>
    public const string Freshness = "tee/freshness";

    /// <summary>All steps in order.</summary>
    public static ImmutableArray<string> All { get; } =
        [Parse, Signature, Chain, Revocation, Collateral, Signer, Tcb, Policy, Mode, Floor, Build, Platform, Binding, Freshness];
}
