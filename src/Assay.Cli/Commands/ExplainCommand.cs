using System.CommandLine;
using Assay.Cli.Console;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary><c>assay explain</c>: what stands in a receipt, field by field. It judges nothing; <c>verify</c> does.</summary>
internal static class ExplainCommand
{
    internal static Command Create()
    {
        Argument<FileInfo> bundle = new("bundle") { Description = "The receipt file." };
        return new Command("explain", "Show what a receipt says, field by field, without judging it.") { bundle }.Do(async (parsed, output, cancellation) =>
        {
            Bundle read = await DiscloseCommand.ReadBundleAsync(parsed.GetRequiredValue(bundle), cancellation).ConfigureAwait(false);
            ReceiptExplainer.Explain(output, read);
            return ExitCodes.Met;
        });
    }
}
