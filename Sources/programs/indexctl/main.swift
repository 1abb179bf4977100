import IndexctlCommands

await Indexctl.main()
