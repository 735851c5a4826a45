namespace Assay.Attestation;

/// <summary>Details of the policy's steps (docs/errors.md). At <see cref="StepCodes.Mode"/> the detail is the mode's own code, at <see cref="StepCodes.Binding"/> it may be that of a binding that can't be read.</summary>
public static class AppraisalErrors
{
    /// <summary>There is no policy that could accept anything. Not evaluated.</summary>
    public const string NoPolicy = "tee/no-policy";

    /// <summary>The policy isn't in force yet.</summary>
    public const string PolicyNotYet = "tee/policy-not-yet";

    /// <summary>The policy is no longer in force.</summary>
    public const string PolicyExpired = "tee/policy-expired";

    /// <summary>The policy doesn't accept this type of evidence.</summary>
    public const string PolicyType = "tee/policy-type";

    /// <summary>The policy doesn't name this simulator root.</summary>
    public const string SimulatorRoot = "tee/simulator-root";

    /// <summary>Nobody says which security status the platform has. Not evaluated.</summary>
    public const string NoStatus = "tee/no-status";

    /// <summary>The policy doesn't accept the platform's security status.</summary>
    public const string Status = "tee/status";

    /// <summary>An advisory goes with the status that the policy doesn't name.</summary>
    public const string Advisory = "tee/advisory";

    /// <summary>The status rests on a lower evaluation number than the policy's.</summary>
    public const string EvaluationNumber = "tee/evaluation-number";

    /// <summary>The policy sets floors, and none for this product.</summary>
    public const string FloorProduct = "tee/floor-product";

    /// <summary>A security version is below the policy's, or isn't in the evidence.</summary>
    public const string FloorBelow = "tee/floor-below";

    /// <summary>No build of the policy has these measurements.</summary>
    public const string Build = "tee/build-unknown";

    /// <summary>The policy doesn't accept this grade.</summary>
    public const string Grade = "tee/grade";

    /// <summary>The policy refuses this platform.</summary>
    public const string PlatformRefused = "tee/platform-refused";

    /// <summary>The policy lists platforms, and this isn't one of them.</summary>
    public const string PlatformNotAllowed = "tee/platform-not-allowed";

    /// <summary>The evidence came by itself, and nobody says what it should carry. Not evaluated.</summary>
    public const string NoBinding = "tee/no-binding";

    /// <summary>The evidence carries something else than this binding.</summary>
    public const string BindingDiffers = "tee/binding-differs";

    /// <summary>The binding is about another key.</summary>
    public const string BindingKey = "tee/binding-key";

    /// <summary>The binding is about another node.</summary>
    public const string BindingNode = "tee/binding-node";

    /// <summary>The binding is about another key configuration for confidential requests.</summary>
    public const string BindingKeyConfig = "tee/binding-key-config";

    /// <summary>The binding has another nonce than the asker's.</summary>
    public const string Nonce = "tee/nonce-differs";

    /// <summary>The evidence is older than the policy allows.</summary>
    public const string TooOld = "tee/too-old";

    /// <summary>The evidence is from the future.</summary>
    public const string FromFuture = "tee/from-future";

    /// <summary>The attester's signed time and the binding's are too far apart.</summary>
    public const string ClocksDiffer = "tee/clocks-differ";
}
