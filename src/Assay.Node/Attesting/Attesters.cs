using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>Makes what a node attests with of its options.</summary>
internal static class Attesters
{
    /// <summary>The settings; null: the node doesn't attest.</summary>
    /// <param name="options">The node's options.</param>
    /// <param name="given">Instead of what the options name, in tests.</param>
    /// <param name="anchors">Instead of the built-in roots, in tests.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AttestationException">There is no such hardware, or no usable policy.</exception>
    internal static AttestationSettings? Open(NodeOptions options, IAttester? given, TrustAnchors? anchors, TimeProvider time)
    {
        if (options.Attest == AttestMode.None && given is null)
        {
            return null;
        }

        // The file before the device: what is mistyped is told without touching hardware.
        AttestationPolicyFile? policy = options.AttestationPolicyFile is { } file ? AttestationPolicyFile.Read(file) : null;
        IAttester attester = given ?? Open(options.Attest, options.Folder, time);
        try
        {
            policy ??= attester is SimulatorAttester simulator
                ? new AttestationPolicyFile(simulator.PolicyOfItsOwn(), null)
                : throw new AttestationException(AttesterErrors.NoPolicy, $"--attest with {attester.Place} needs --attestation-policy: what the node holds itself to, and names its callers.", "docs/attesting.md shows how to write one; with a policy that names another build, the node says what its own evidence has.");
            return new AttestationSettings(attester, policy, options.CollateralFolder, options.AttestationInterval, anchors ?? TrustAnchors.BuiltIn);
        }
        catch
        {
            attester.Dispose();
            throw;
        }
    }

    // Presence decides, and never the simulator: who asks for whatever is here means hardware.
    private static IAttester Open(AttestMode mode, string folder, TimeProvider time)
    {
        AttesterError? error = null;
        IAttester? attester = mode switch
        {
            AttestMode.Simulator => SimulatorAttester.Open(folder, time),
            AttestMode.Nitro => NsmAttester.TryOpen(out error),
            AttestMode.Auto when NsmDevice.IsPresent() => NsmAttester.TryOpen(out error),
            _ => TsmAttester.TryOpen(out error),
        };
        return attester ?? throw new AttestationException(error!.Code, $"There is no attested hardware to ask: {error.Text}.", "docs/attesting.md says what each kind needs; --attest simulator tries the path without any, and protects nothing.");
    }
}
