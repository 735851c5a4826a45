namespace Assay.Engine;

/// <summary>Looks at the values of some items of a call, once they are computed and before the next items overwrite them.</summary>
/// <param name="values">Readable until the observer returns.</param>
public delegate void ValueObserver(KeptValues values);
