namespace Assay.Verification.Advising;

/// <summary>What could go wrong, as the person asking would say it. Codes are stable: kebab case of the names.</summary>
public enum Threat
{
    /// <summary><c>model-swap</c>: the operator runs another model than it says.</summary>
    ModelSwap,

    /// <summary><c>input-change</c>: the operator changes the input or the prompt before the model sees it.</summary>
    InputChange,

    /// <summary><c>output-change</c>: somebody changes the answer.</summary>
    OutputChange,

    /// <summary><c>denial</c>: the operator later denies what it answered.</summary>
    Denial,

    /// <summary><c>equivocation</c>: the operator tells different people different things.</summary>
    Equivocation,

    /// <summary><c>input-reading</c>: the operator reads the input.</summary>
    InputReading,

    /// <summary><c>key-theft</c>: a thief of the node's keys speaks in its name.</summary>
    KeyTheft,

    /// <summary><c>hardware-access</c>: somebody with hands on the machine.</summary>
    HardwareAccess,
}
