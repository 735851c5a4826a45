using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// What a proof is worth for a model, its inputs and its outputs: the same for a receipt, for a proof file, and for a node that looks at
/// its own proofs (spec/proofs.md). Nobody signs which proof a bundle has, so one that doesn't hold counts as absent.
/// </summary>
public static class ProofAppraisal
{
    /// <summary>Reads the key and looks whether it is the model's. Errors: the key reader's, <see cref="DetailCodes.ProofOtherModel"/>.</summary>
    public static ProofKey? TryKey(AttachedProof attached, in ModelId model, out string? error)
    {
        ArgumentNullException.ThrowIfNull(attached);
        ProofKey? key = ProofKey.Read(attached.Key.Span, out ProofError? unreadable);
        error = unreadable?.Code ?? (key!.ModelId == model ? null : DetailCodes.ProofOtherModel);
        return error is null ? key : null;
    }

    /// <summary>What each registration is worth.</summary>
    /// <param name="attached">The proof.</param>
    /// <param name="key">Its key.</param>
    /// <param name="trust">Whom the verifier believes; null: nobody.</param>
    /// <param name="nodeKeys">Receipt keys of the node; empty where there is none.</param>
    public static IReadOnlyList<RegistrationFact> Registrations(AttachedProof attached, ProofKey key, TrustFile? trust, IReadOnlyCollection<P256PublicKey> nodeKeys)
    {
        ArgumentNullException.ThrowIfNull(attached);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(nodeKeys);
        return [.. attached.Registrations.Select(registration =>
        {
            Digest32 issuer = registration.Issuer.Thumbprint();
            string? name = trust?.PublisherName(issuer);
            RegistrationStatus status = registration.Verify() is not null ? RegistrationStatus.Signature
                : registration.Model != key.ModelId || registration.Key != key.Digest ? RegistrationStatus.OtherKey
                : nodeKeys.Contains(registration.Issuer) ? RegistrationStatus.Operator
                : name is null ? RegistrationStatus.NotNamed
                : RegistrationStatus.Counts;
            return new RegistrationFact(issuer, name, status, DateTimeOffset.FromUnixTimeMilliseconds(registration.At));
        })];
    }

    /// <summary>Null if the key's root is tied to the model, else why not; and whether it was by weights.</summary>
    public static string? Tie(ProofKey key, IReadOnlyList<RegistrationFact> registrations, IModelWeights? weights, out bool byWeights)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(registrations);
        byWeights = false;
        if (weights?.RootOf(key.ModelId, key) is { } root)
        {
            byWeights = root == key.Root;
            return byWeights ? null : DetailCodes.ProofOtherRoot;
        }

        bool Any(RegistrationStatus status) => registrations.Any(registration => registration.Status == status);
        return Any(RegistrationStatus.Counts) ? null
            : registrations.Count == 0 ? DetailCodes.ProofNotRegistered
            : Any(RegistrationStatus.NotNamed) ? DetailCodes.ProofRegistrarNotNamed
            : Any(RegistrationStatus.Operator) ? DetailCodes.ProofRegisteredByOperator
            : DetailCodes.ProofRegistrationUseless;
    }

    /// <summary>Null if the proof shows that these inputs give these outputs, else why not.</summary>
    /// <param name="attached">The proof.</param>
    /// <param name="key">Its key.</param>
    /// <param name="inputs">As a request has them.</param>
    /// <param name="outputs">As a receipt has them.</param>
    /// <param name="saturated">How many input elements are said to have been clamped; null if nothing is said.</param>
    /// <param name="bits">Bits of the proof's budget; 0 unless it holds.</param>
    public static string? Holds(AttachedProof attached, ProofKey key, IReadOnlyList<TensorValue> inputs, IReadOnlyList<TensorValue> outputs, ulong? saturated, out int bits)
    {
        ArgumentNullException.ThrowIfNull(attached);
        ArgumentNullException.ThrowIfNull(key);
        bits = 0;
        if (ProgramTensors.Inputs(key.Program, inputs, out ulong clamped) is not { } ins)
        {
            return DetailCodes.ProofInputs;
        }

        if (ins.Length != (attached.Batch == 1 ? 1 : attached.Openings.Length))
        {
            return DetailCodes.ProofRuns;
        }

        if (ProgramTensors.Outputs(key.Program, outputs, ins.Length) is not { } outs)
        {
            return DetailCodes.ProofOutputs;
        }

        if (saturated is { } stated && stated != clamped)
        {
            return DetailCodes.ProofSaturatedDiffers;
        }

        ProofStatement statement = attached.Batch == 1 ? ProofStatement.One(ins[0], outs[0]) : ProofStatement.Many(attached.Batch, attached.RunsDigest);
        if (ProofVerifier.Create(key, attached.Batch, out ProofError? refused) is not { } verifier)
        {
            return refused!.Code;
        }

        ProofVerdict verdict = verifier.Verify(statement, attached.Proof);
        if (verdict.Outcome != ProofOutcome.Passed)
        {
            return verdict.Code;
        }

        for (int item = 0; item < attached.Openings.Length; item++)
        {
            ProofOpening opening = attached.Openings[item];
            byte[] path = [.. opening.Path.SelectMany(static node => node.ToArray())];
            ProofVerdict run = verifier.VerifyRun(attached.RunsDigest.Span, verdict.Runs!, new RunOpening(opening.Run, opening.Salt, path), ins[item], outs[item]);
            if (run.Outcome != ProofOutcome.Passed)
            {
                return run.Code;
            }
        }

        bits = (int)Math.Floor(verdict.SecurityBits);
        return null;
    }
}
