using Assay.Cli.Console;
using Assay.Client;
using Assay.Programs;

namespace Assay.Cli.Commands;

/// <summary>A model as two files: <c>program.cbor</c> and <c>weights.bin</c>. Its id is recomputed, never read.</summary>
internal static class ModelFolder
{
    internal const string ProgramFile = "program.cbor";
    internal const string WeightsFile = "weights.bin";

    internal static ProgramReplayer OpenReplayer(string folder) => new([Open(folder)]);

    internal static ExactModel Open(string folder)
    {
        byte[] program = File.ReadAllBytes(Path.Combine(folder, ProgramFile));
        byte[] weights = File.ReadAllBytes(Path.Combine(folder, WeightsFile));
        return Decode(program, weights, folder);
    }

    internal static ExactModel Decode(byte[] program, byte[] weights, string where)
    {
        ExactProgram? decoded = ProgramCodec.TryDecode(program, out ProgramError? error);
        WeightsBlob? blob = decoded is null ? null : WeightsBlob.Create(decoded, weights, out error);
        ExactModel? model = blob is null ? null : ExactModel.Create(decoded!, blob, out error);
        return model ?? throw new CliException(ExitCodes.CannotEvaluate, error!.Code, $"No fixed-point/v1 program with its weights in {where}: {error.Detail}", "'assay model fetch' gets both files from a node.");
    }
}
