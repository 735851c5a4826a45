using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Node.Errors;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Http;

/// <summary>
/// An inference request of the Open Inference Protocol v2. Tensors are read by the very reader that verifiers use, so that
/// what the node ran and what a verifier finds in the same bytes can't differ.
/// </summary>
/// <param name="Id">The caller's own id, echoed; null if none.</param>
/// <param name="Verification">The level in the body; null if none.</param>
/// <param name="Policy">The policy in the body, canonical; null if none.</param>
/// <param name="ClientNonce">The caller's nonce, bound into the receipt; null if none.</param>
/// <param name="Outputs">Names of the outputs wanted; null: all.</param>
/// <param name="Inputs">The tensors.</param>
internal sealed record OipRequest(string? Id, string? Verification, PolicyDocument? Policy, byte[]? ClientNonce, IReadOnlyList<string>? Outputs, IReadOnlyList<TensorValue> Inputs)
{
    private const int MaximumIdLength = 256;

    internal static OipRequest? TryParse(ReadOnlyMemory<byte> body, out NodeError? error)
    {
        IReadOnlyList<TensorValue>? inputs = OipTensorReader.TryReadRequest(body.Span, out string? code);
        if (inputs is null)
        {
            error = new NodeError(400, code!, "The body isn't an inference request of the Open Inference Protocol v2 with FP32 tensors.",
                """Send {"inputs":[{"name":"...","datatype":"FP32","shape":[1,...],"data":[...]}]}.""");
            return null;
        }

        try
        {
            return ReadMembers(body, inputs, out error);
        }
        catch (InvalidOperationException)
        {
            // The one thing that the reader above lets pass in members that aren't its own: a lone surrogate in a text.
            error = new NodeError(400, "oip/utf8", "A text in the body isn't well-formed Unicode.");
            return null;
        }
    }

    private static OipRequest? ReadMembers(ReadOnlyMemory<byte> body, IReadOnlyList<TensorValue> inputs, out NodeError? error)
    {
        string? id = null, verification = null;
        byte[]? nonce = null;
        PolicyDocument? policy = null;
        List<string>? outputs = null;
        using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "inputs":
                    break;
                case "id" when member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Length <= MaximumIdLength:
                    id = member.Value.GetString();
                    break;
                case "verification" when member.Value.ValueKind == JsonValueKind.String:
                    if (Conflicts(ref verification, member.Value.GetString()!))
                    {
                        error = Contradiction();
                        return null;
                    }

                    break;
                case "verification" when member.Value.ValueKind == JsonValueKind.Object:
                    policy = ReadPolicy(member.Value, out error);
                    if (policy is null)
                    {
                        return null;
                    }

                    break;
                case "nonce" when member.Value.ValueKind == JsonValueKind.String && member.Value.TryGetBytesFromBase64(out byte[]? bytes) && bytes.Length is >= 1 and <= 64:
                    nonce = bytes;
                    break;
                case "outputs" when member.Value.ValueKind == JsonValueKind.Array:
                    outputs = [];
                    foreach (JsonElement output in member.Value.EnumerateArray())
                    {
                        if (output.ValueKind != JsonValueKind.Object || !output.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String)
                        {
                            error = new NodeError(400, "oip/outputs", "An element of 'outputs' has no name.", "Leave 'outputs' away to get all of them.");
                            return null;
                        }

                        outputs.Add(name.GetString()!);
                    }

                    break;
                case "parameters" when member.Value.ValueKind == JsonValueKind.Object:
                    // Clients of the protocol can set parameters, but no members of their own. One that isn't applied isn't taken either:
                    // the receipt would bind a wish that nobody looked at.
                    if (member.Value.EnumerateObject().Select(static p => p.Name).FirstOrDefault(static name => name is not ("verification" or "binary_data_output")) is { } strange)
                    {
                        error = new NodeError(400, "oip/parameter", $"The request's parameter '{(strange.Length <= 40 ? strange : strange[..40] + "...")}' is unknown, and isn't applied.",
                            "Known: verification (a level). binary_data_output is accepted, and answered by JSON tensors.");
                        return null;
                    }

                    if (member.Value.TryGetProperty("verification", out JsonElement level))
                    {
                        if (level.ValueKind != JsonValueKind.String || Conflicts(ref verification, level.GetString()!))
                        {
                            error = Contradiction();
                            return null;
                        }
                    }

                    break;
                default:
                    error = new NodeError(400, "oip/member", $"The request's member '{member.Name}' is unknown or of the wrong type.",
                        "Known: id (string), inputs, outputs, parameters, verification (a level, or a policy object), nonce (base64, up to 64 bytes).");
                    return null;
            }
        }

        // A level and a policy in one body would be two answers to one question.
        if (policy is not null && verification is not null)
        {
            error = Contradiction();
            return null;
        }

        error = null;
        return new OipRequest(id, verification, policy, nonce, outputs, inputs);
    }

    /// <summary>The policy that a member <c>verification</c> is.</summary>
    internal static PolicyDocument? ReadPolicy(JsonElement value, out NodeError? error)
    {
        PolicyDocument? policy = PolicyDocument.TryRead(JsonMarshal.GetRawUtf8Value(value), out PolicyFault? fault);
        error = fault is null ? null
            : new NodeError(400, fault.Code, $"The policy in 'verification' can't be read{(fault.Path.Length == 0 ? "" : $" at {fault.Path}")}.", "spec/levels.md has its grammar. Policies are closed: what isn't known is refused.");
        return policy;
    }

    private static bool Conflicts(ref string? known, string said)
    {
        bool conflicts = known is not null && known != said;
        known = said;
        return conflicts;
    }

    private static NodeError Contradiction() => new(400, "verification_contradiction", "The body says its verification twice, or in its parameters as something other than a level.", "Say the level once.");
}
