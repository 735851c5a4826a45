namespace Assay.Log.Checking;

/// <summary>The result of a check; the numbers are fit for exit codes.</summary>
public enum FsckOutcome
{
    /// <summary>Nothing is wrong.</summary>
    Clean = 0,

    /// <summary>Something is wrong; the findings say what.</summary>
    Damaged = 1,

    /// <summary>There is no log, or it can't be read.</summary>
    CannotEvaluate = 3,
}
