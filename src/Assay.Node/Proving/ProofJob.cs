using System.Globalization;
using System.Text;
using Assay.Primitives;

namespace Assay.Node.Proving;

/// <summary>A receipt that is to have a proof. What is needed for that is in the receipt; this is what is kept beside it.</summary>
/// <param name="Receipt">The receipt.</param>
/// <param name="Model">Its model.</param>
/// <param name="Items">Items of its request.</param>
/// <param name="Group">Who may be proved together; empty: nobody else.</param>
internal sealed record ProofJob(ReceiptId Receipt, ModelId Model, int Items, string Group)
{
    /// <summary>Four lines, in a file that the receipt's id names.</summary>
    internal byte[] Encode() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"assay/proof-job/v1\n{Model}\n{Items}\n{Group}\n"));

    /// <summary>Null if it can't be read.</summary>
    internal static ProofJob? TryDecode(in ReceiptId receipt, byte[] bytes) =>
        Encoding.UTF8.GetString(bytes).Split('\n') is ["assay/proof-job/v1", string model, string items, string group, ""]
        && ModelId.TryParse(model, out ModelId id)
        && int.TryParse(items, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? new ProofJob(receipt, id, count, group)
            : null;
}
