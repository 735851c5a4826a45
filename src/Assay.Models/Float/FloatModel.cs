using System.Text;
using Assay.Models.Import;
using Assay.Models.Registration;
using Assay.Primitives;

namespace Assay.Models.Float;

/// <summary>
/// A model that is served as it is: the bytes of its ONNX file, and an identity that no exact program can have. Nothing is
/// said about what it computes; another runtime, or another machine, may give other last bits.
/// </summary>
public sealed class FloatModel
{
    private FloatModel(ReadOnlyMemory<byte> onnx)
    {
        Onnx = onnx;
        Source = new StatementSource("onnx", Digest32.Sha256(onnx.Span).ToString(), onnx.Length);
        Id = IdOf(Digest32.Sha256(onnx.Span));
    }

    /// <summary>The ONNX file.</summary>
    public ReadOnlyMemory<byte> Onnx { get; }

    /// <summary>The file's digest and length.</summary>
    public StatementSource Source { get; }

    /// <summary><c>SHA-256("assay/float-model-id/v1" | 00 | SHA-256 of the file)</c>.</summary>
    public ModelId Id { get; }

    /// <summary>The identity of the file with this digest.</summary>
    public static ModelId IdOf(Digest32 file) => new(Digest32.Sha256(Encoding.UTF8.GetBytes(DomainTags.FloatModelId + '\0'), file.Bytes));

    /// <summary>
    /// Takes a file that holds all that it needs: one that refers to other files would mean something else on another machine,
    /// and could read what it shouldn't. Whether a runtime takes it is another question.
    /// </summary>
    /// <param name="onnx">The file; not copied.</param>
    /// <param name="error"><c>onnx/limits</c>, <c>onnx/decode</c> or <c>onnx/external-data</c>; null exactly when a model is returned.</param>
    /// <param name="limits">Only the file's size counts.</param>
    public static FloatModel? TryCreate(ReadOnlyMemory<byte> onnx, out RegistrationError? error, ImportLimits? limits = null)
    {
        int most = (limits ?? new ImportLimits()).MaxFileBytes;
        error = onnx.Length > most ? Failed(OnnxErrors.Limits, $"the file has {onnx.Length:N0} bytes, at most {most:N0} are allowed", "a smaller model")
            : SelfContainedScan.Check(onnx.Span) switch
            {
                null => null,
                OnnxErrors.ExternalData => Failed(OnnxErrors.ExternalData, "a tensor's data lie outside the file", "save the model as one file: onnx.save(model, path, save_as_external_data=False)"),
                OnnxErrors.Limits => Failed(OnnxErrors.Limits, "the file is nested too deeply", null),
                string code => Failed(code, "the file is not an ONNX model", null),
            };
        return error is null ? new FloatModel(onnx) : null;
    }

    private static RegistrationError Failed(string code, string message, string? hint) => new(code, null, null, message, hint);
}
