namespace Assay.Receipts;

/// <summary>The six questions that every answer, receipt and verdict speaks to (spec/levels.md). The order is the order of display.</summary>
public enum Question
{
    /// <summary>Which model?</summary>
    Model,

    /// <summary>Was anything altered?</summary>
    Altered,

    /// <summary>Was it computed right?</summary>
    ComputedRight,

    /// <summary>Could the operator read it?</summary>
    OperatorRead,

    /// <summary>Is it publicly logged?</summary>
    Logged,

    /// <summary>Was it paid for?</summary>
    Paid,
}
