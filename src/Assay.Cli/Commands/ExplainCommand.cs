using System.CommandLine;
using Assay.Cli.Console;
using Assay.Receipts;
using Assay.Verification.Counters;

namespace Assay.Cli.Commands;

/// <summary><c>assay explain</c>: what stands in a receipt, field by field. It judges nothing; <c>verify</c> does.</summary>
internal static class ExplainCommand
{
    internal static Command Create()
    {
        Argument<FileInfo> bundle = new("bundle") { Description = "The receipt file, or a *.conflict file of 'assay log watch'." };
        return new Command("explain", "Show what a receipt says, field by field, without judging it.") { bundle }.Do(async (parsed, output, cancellation) =>
        {
            byte[] bytes = await File.ReadAllBytesAsync(parsed.GetRequiredValue(bundle).FullName, cancellation).ConfigureAwait(false);
            if (CounterConflict.TryDecode(bytes, out _) is { } conflict)
            {
                return ConflictExplainer.Explain(output, conflict);
            }

            Bundle read = await DiscloseCommand.ReadBundleAsync(parsed.GetRequiredValue(bundle), cancellation).ConfigureAwait(false);
            ReceiptExplainer.Explain(output, read);
            return ExitCodes.Met;
        });
    }
}
