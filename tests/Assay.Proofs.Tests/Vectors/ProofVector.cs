using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Testing;

namespace Assay.Proofs.Tests.Vectors;

/// <summary>One line of spec/vectors/proofs/index.json; its README.md says what members mean.</summary>
internal sealed record ProofVector(
    string Name,
    string Note,
    string Key,
    string Proof,
    int Batch,
    short[]? Inputs,
    short[]? Outputs,
    string? Digest,
    RunVector[]? Runs,
    EditVector[]? Edits,
    int? Cut,
    string? Append,
    string Outcome,
    string Code,
    string? Budget)
{
    /// <summary>Options of the file.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Folder { get; } = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "proofs");

    /// <summary>The bytes that are to be verified.</summary>
    public byte[] ProofBytes()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, Proof));
        foreach (EditVector edit in Edits ?? [])
        {
            Convert.FromHexString(edit.Hex).CopyTo(bytes, edit.At);
        }

        bytes = bytes[..(Cut ?? bytes.Length)];
        return [.. bytes, .. Convert.FromHexString(Append ?? "")];
    }

    public byte[] KeyBytes() => File.ReadAllBytes(Path.Combine(Folder, Key));

    public ProofStatement Statement() =>
        Batch > 1 ? ProofStatement.Many(Batch, Convert.FromHexString(Digest!)) : ProofStatement.One(Inputs, Outputs);
}

/// <summary>Bytes of the proof that are replaced.</summary>
internal sealed record EditVector(int At, string Hex);

/// <summary>What a holder of one run has, and what his check says.</summary>
internal sealed record RunVector(int Index, string Salt, string Path, short[] Inputs, short[] Outputs, string Outcome, string Code);
