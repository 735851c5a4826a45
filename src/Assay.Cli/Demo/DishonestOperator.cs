using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Assay.Cli.Demo;

/// <summary>
/// What an operator who cheats would do, for the demo and its test. It has the node's real keys, so every signature that it
/// makes is good: what catches it is never a bad signature alone.
/// </summary>
internal static class DishonestOperator
{
    /// <summary>Another model under the same name and id: the last layer's weights are handed from each class to the next.</summary>
    internal static ExactModel SwapWeights(ExactModel honest)
    {
        LinearOperation last = honest.Program.Operations.OfType<LinearOperation>().Last();
        WeightTensor tensor = honest.Program.Weights[last.Weights];
        int offset = 0;
        for (int i = 0; i < last.Weights; i++)
        {
            offset += honest.Weights.Bytes(i).Length;
        }

        byte[] blob = honest.Weights.Memory.ToArray();
        Span<byte> layer = blob.AsSpan(offset, honest.Weights.Bytes(last.Weights).Length);
        int row = layer.Length / tensor.Shape[0];
        byte[] first = layer[..row].ToArray();
        layer[row..].CopyTo(layer);
        first.CopyTo(layer[^row..]);
        WeightsBlob weights = WeightsBlob.Create(honest.Program, blob, out ProgramError? error) ?? throw new InvalidOperationException(error!.Detail);
        return ExactModel.Create(honest.Program, weights, out error) ?? throw new InvalidOperationException(error!.Detail);
    }

    /// <summary>What somebody who means hardware holds evidence to.</summary>
    internal static AttestationTrust RealHardwareOnly { get; } = new()
    {
        Policies = [AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(
            $$"""
            {"profile":"{{DomainTags.AttestationPolicy}}","name":"real hardware only","version":1,"types":{"aws-nitro":{} },
             "builds":[{"name":"some build","type":"aws-nitro","measurements":{"pcr0":"{{Some}}","pcr1":"{{Some}}","pcr2":"{{Some}}"} }]}
            """), out _)!],
    };

    private static string Some => new('a', 96);

    /// <summary>The same hardware, and a key that another build made in it: everything is consistent, down to the build's own name for itself.</summary>
    internal static async Task<byte[]> EndorseByAnotherBuildAsync(byte[] honest, string nodeFolder, CancellationToken cancellation)
    {
        Bundle receipt = Bundle.TryDecode(honest, out _)!;
        Endorsement before = receipt.Endorsements[0].Endorsement;
        AttestationEvidence evidence = AttestationEvidence.TryDecode(receipt.Endorsements[0].Evidence!.Value, out _)!;
        using SimulatorAttester hardware = SimulatorAttester.Open(nodeFolder, TimeProvider.System, "assay with a back door");
        using Es256Signer key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        TeeBinding binding = TeeBinding.Create(
            RandomNumberGenerator.GetBytes(32), key.PublicKey, default, receipt.KeySet.Digest, TeeBinding.TryDecode(evidence.Binding, out _)!.Build, TimeProvider.System.GetUtcNow());
        AttesterResult report = await hardware.AttestAsync(binding, cancellation).ConfigureAwait(false);
        AttestationEvidence another = AttestationEvidence.Create(hardware.Type, report.Evidence.Span, binding.Bytes.Span);
        Endorsement endorsement = Endorsement.Create(
            before.Receipt, before.Questions, Basis.Tee, EndorsementFinding.Established, Digest32.Sha256(another.Bytes.Span), DateTimeOffset.FromUnixTimeMilliseconds(before.At), key);
        return receipt.WithEndorsements([AttachedEndorsement.Create(endorsement, another.Bytes, null, null)]).Encode();
    }

    /// <summary>Changes one input element on its way to the model, and lets the node receipt what it saw.</summary>
    internal static void AlterInputs(WebApplication application) => application.Use(async (context, next) =>
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            JsonNode body = (await JsonNode.ParseAsync(context.Request.Body).ConfigureAwait(false))!;
            JsonArray data = body["inputs"]![0]!["data"]!.AsArray();
            data[data.Count / 2] = data[data.Count / 2]!.GetValue<double>() + 3;
            byte[] altered = Encoding.UTF8.GetBytes(body.ToJsonString());
            context.Request.Body = new MemoryStream(altered);
            context.Request.ContentLength = altered.Length;
        }

        await next(context).ConfigureAwait(false);
    });

    /// <summary>Changes the first value of the answer after it was signed.</summary>
    internal static void AlterOutputs(WebApplication application) => application.Use(async (context, next) =>
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        Stream real = context.Response.Body;
        using MemoryStream captured = new();
        context.Response.Body = captured;
        await next(context).ConfigureAwait(false);
        context.Response.Body = real;
        JsonNode body = JsonNode.Parse(captured.ToArray())!;
        JsonArray data = body["outputs"]![0]!["data"]!.AsArray();
        data[0] = data[0]!.GetValue<double>() + 1;
        byte[] altered = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.ContentLength = altered.Length;
        await real.WriteAsync(altered).ConfigureAwait(false);
    });
}
