using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>A progress receipt that is to be signed.</summary>
/// <param name="Stream">Whose.</param>
/// <param name="Count">Over how many events.</param>
/// <param name="Statement">What is signed.</param>
internal sealed record ProgressOrder(ChatStream Stream, int Count, ReceiptStatement Statement);
